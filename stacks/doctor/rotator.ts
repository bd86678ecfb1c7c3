import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { KitError } from "../../common/errors/kit-error.ts";
import { hostOf } from "../../common/host.ts";
import { loadConfig } from "../../rotator/config/load.ts";
import { warningsOf } from "../../rotator/config/warnings.ts";
import { type Check, type DoctorSetup, good, problem, unknown } from "./check.ts";
import { expiry } from "./expiry.ts";
import { clientOf, targetUrls } from "./items.ts";

/** Whether rotator.yaml and its files are right, and agree with what Akeyless calls. */
export const ROTATOR_CHECKS: readonly Check[] = [
  { name: "rotator_configuration", look: configuration },
  { name: "key_files", look: keyFiles },
  { name: "rotator_certificate", look: certificate },
  { name: "rotator_url", look: rotatorUrl },
  { name: "gateway_access_id", look: accessId },
];

/** @throws ConfigError */
function loaded({ config, environment }: DoctorSetup) {
  return loadConfig({ file: config, env: environment }).config;
}

function configuration(setup: DoctorSetup) {
  const warnings = warningsOf(loaded(setup));
  return warnings.length === 0
    ? good("rotator.yaml is sound")
    : warnings.flatMap((sentence) =>
        problem(
          sentence,
          "change it, or keep it knowingly: docs/reference/rotator-configuration.md",
        ),
      );
}

function keyFiles(setup: DoctorSetup) {
  const { keys, listen } = loaded(setup);
  const files = [
    ...keys.map(({ id, file }) => ({ name: `keys: ${id}`, file })),
    ...(listen.tls ? [{ name: "listen.tls.key_file", file: listen.tls.key_file }] : []),
  ];
  const open = files.filter(({ file }) => (statSync(file).mode & 0o007) !== 0);
  return open.length === 0
    ? good("only owner and group may use the key files")
    : open.flatMap(({ name }) =>
        problem(`${name}: every user of this machine may use the file`, "chmod o= on that file"),
      );
}

function certificate(setup: DoctorSetup) {
  const { tls } = loaded(setup).listen;
  if (tls === undefined) return unknown("the rotator serves no certificate of its own");
  const { validTo } = new X509Certificate(readFileSync(tls.cert_file));
  return expiry("the rotator's certificate", Date.parse(validTo), setup.clock.now());
}

/** Whether a Web Target leads to this rotator: its path, and a name of its certificate. */
async function rotatorUrl(setup: DoctorSetup) {
  if (!setup.environment.AKEYLESS_GATEWAY)
    return unknown("AKEYLESS_GATEWAY is not set, so the Web Targets were not compared");
  const { path, tls } = loaded(setup).listen;
  const own = tls && new X509Certificate(readFileSync(tls.cert_file));
  const { urls, rest } = await targetUrls(setup);
  const found = urls.flatMap(({ name, url }) => {
    const host = hostOf(url);
    const named = own && (isIP(host) === 0 ? own.checkHost(host) : own.checkIP(host));
    return [
      ...(url.pathname === path
        ? []
        : problem(
            `${name}: the URL's path is ${url.pathname}, the rotator serves ${path}`,
            `end the URL in ${path}, or set listen.path to ${url.pathname}`,
          )),
      ...(own === undefined || named
        ? []
        : problem(
            `${name}: the rotator's certificate has not the name ${host}`,
            `issue one with the alternative name ${host}, or call the rotator by a name that it has`,
          )),
    ];
  });
  const all = good(`${urls.length} Web Targets agree with rotator.yaml`);
  return [...(found.length > 0 ? found : all), ...rest];
}

/** Whether rotator.yaml names the access id with which a gateway of the account itself logs in. */
async function accessId(setup: DoctorSetup) {
  if (!setup.environment.AKEYLESS_GATEWAY)
    return unknown("AKEYLESS_GATEWAY is not set, so the gateways' access ids were not compared");
  const { access_ids: named } = loaded(setup).akeyless;
  let ids: string[];
  try {
    ids = await clientOf(setup).gatewayAccessIds();
  } catch (error) {
    if (error instanceof KitError) return unknown(error.message);
    throw error;
  }
  if (ids.length === 0) return unknown("Akeyless shows this identity no gateway of the account");
  const right = ids.filter((id) => named.includes(id));
  return right.length > 0
    ? good(`rotator.yaml names ${right.join(", ")}, the access id of a gateway of the account`)
    : problem(
        `rotator.yaml names ${named.join(", ")}; the gateways of the account log in as ${ids.join(", ")}`,
        "name the one that rotates under akeyless.access_ids: the gateway's own access id, not yours",
      );
}

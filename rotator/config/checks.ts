import { readAuthorities, readServerKeyPair } from "../../common/certificates.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { isLoopback } from "../../common/host.ts";
import { type ConfigProblem, isRecord } from "./environment.ts";
import { readKey } from "./keys.ts";
import type { RotatorConfig } from "./schema.ts";

/**
 * Whether TLS is missing. Asked of the document as it is written, so that another problem in the
 * same section does not hide this one.
 */
export function checkTlsGiven(document: Readonly<Record<string, unknown>>): ConfigProblem[] {
  const listen = isRecord(document.listen) ? document.listen : {};
  if (listen.tls !== undefined && listen.allow_plain_http === true)
    return [
      { where: "listen.allow_plain_http", message: "contradicts listen.tls; keep one of them" },
    ];
  if (listen.tls !== undefined || listen.allow_plain_http === true) return [];
  if (typeof listen.host === "string" && isLoopback(listen.host)) return [];
  const message =
    "cert_file and key_file are required, unless listen.host is a loopback address or listen.allow_plain_http is set";
  return [{ where: "listen.tls", message }];
}

/** What one setting alone cannot show: references between sections and the files they name. */
export function checkTogether(config: Partial<RotatorConfig>): ConfigProblem[] {
  return [
    ...checkReferences(config),
    ...checkPorts(config),
    ...checkKeys(config.keys ?? []),
    ...checkTls(config.listen?.tls),
    ...checkAuthorities("akeyless.ca_file", config.akeyless?.ca_file),
  ];
}

function checkReferences({ items, systems }: Partial<RotatorConfig>): ConfigProblem[] {
  if (items === undefined || systems === undefined) return [];
  const known = Object.keys(systems).join(", ");
  return Object.entries(items)
    .filter(([, item]) => !Object.hasOwn(systems, item.system))
    .map(([name, item]) => ({
      where: `items.${name}.system`,
      message: `no such system: ${item.system}; \`systems\` has ${known}`,
    }));
}

function checkPorts({ listen, metrics }: Partial<RotatorConfig>): ConfigProblem[] {
  if (listen === undefined || metrics === undefined || listen.port === 0) return [];
  const hosts = [listen.host, metrics.host].map((host) => (isLoopback(host) ? "loopback" : host));
  const overlap =
    hosts[0] === hosts[1] || hosts.some((host) => host === "0.0.0.0" || host === "::");
  if (listen.port !== metrics.port || !overlap) return [];
  return [
    { where: "metrics.port", message: `${metrics.port} is listen.port too; each needs its own` },
  ];
}

function checkKeys(keys: RotatorConfig["keys"]): ConfigProblem[] {
  const materials = new Set<string>();
  return keys.flatMap((key, index) => {
    const where = `keys.${index}.file`;
    const repeated = keys.findIndex(({ id }) => id === key.id) !== index;
    return [
      ...(repeated ? [{ where: `keys.${index}.id`, message: `is used twice: ${key.id}` }] : []),
      ...attempt(where, () => {
        const material = Buffer.from(readKey(key).material).toString("hex");
        if (materials.has(material))
          throw new KitError("key_invalid", { problem: "holds the same key again" });
        materials.add(material);
      }),
    ];
  });
}

function checkTls(tls: RotatorConfig["listen"]["tls"]): ConfigProblem[] {
  if (tls === undefined) return [];
  return [
    ...attempt("listen.tls", () => readServerKeyPair(tls.cert_file, tls.key_file)),
    ...checkAuthorities("listen.tls.client_ca_file", tls.client_ca_file),
  ];
}

function checkAuthorities(where: string, file: string | undefined): ConfigProblem[] {
  return file === undefined ? [] : attempt(where, () => readAuthorities(file));
}

function attempt(where: string, action: () => unknown): ConfigProblem[] {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    return [{ where, message: error.message }];
  }
}

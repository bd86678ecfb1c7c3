import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Gateway, startGateway } from "./gateway/index.ts";
import { type HoldProxy, startHoldProxy } from "./hold-proxy.ts";
import { createAuthority } from "./pki.ts";
import type { AccountRules } from "./reporting-app/accounts.ts";
import { type ReportingApp, startReportingApp } from "./reporting-app/index.ts";
import { type RotatorProcess, startRotatorProcess } from "./rotator-process.ts";

/** The scenario's item, account and first password. */
export const ITEM = "/prod/reporting-app-svc";
export const USERNAME = "svc-reporting";
export const FIRST_PASSWORD = "First-Pa55word!From.People";

/** Sections of rotator.yaml that replace the stage's own. */
export type ConfigChanges = Readonly<Record<string, unknown>>;

/** Gateway, application and what a rotator between them needs, all on loopback. */
export interface RotatorStage {
  readonly directory: string;
  readonly gateway: Gateway;
  readonly app: ReportingApp;
  /** Between rotator and application. */
  readonly proxy: HoldProxy;
  /** PEM of the authority behind every certificate. */
  readonly authority: string;
  /** Writes rotator.yaml and starts a rotator with it. */
  startRotator(changes?: ConfigChanges): Promise<RotatorProcess>;
  /** Writes rotator.yaml and returns its path. */
  writeConfig(changes?: ConfigChanges): Promise<string>;
  /** Creates Web Target and secret for a rotator's URL. */
  declare(url: string, payload?: unknown): Promise<void>;
  /** Points the Web Target at another rotator. */
  retarget(url: string): Promise<void>;
  /** Rotates now; resolves to the status of the API and the error that it shows. */
  rotate(): Promise<{ readonly status: number; readonly error: string }>;
  /** Stores a payload, as an apply or a restored version does. */
  store(payload: unknown): Promise<void>;
  /** The payload that the item stores. */
  stored(): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

/**
 * Sets the stage; the caller stops it, and the rotators too.
 *
 * @param rotatorAuthority PEM of one more authority whose rotators the gateway trusts
 * @param rules how the application guards its accounts, where not as it does by default
 */
export async function setRotatorStage({
  rotatorAuthority = "",
  rules = {},
}: {
  readonly rotatorAuthority?: string;
  readonly rules?: Partial<AccountRules>;
} = {}): Promise<RotatorStage> {
  const directory = await mkdtemp(join(tmpdir(), "rotator-"));
  const authority = await createAuthority();
  const certificate = await authority.issue({ hosts: ["localhost", "127.0.0.1"] });
  const app = await startReportingApp({
    certificate,
    hashCost: 2 ** 10,
    ...rules,
    accounts: [{ username: USERNAME, password: FIRST_PASSWORD }],
  });
  const gateway = await startGateway({
    certificate,
    trustedAuthority: `${authority.cert}\n${rotatorAuthority}`,
  });
  const proxy = await startHoldProxy(app.url, { certificate, authority: authority.cert });
  const files = {
    "ca.pem": authority.cert,
    "cert.pem": certificate.cert,
    "key.pem": certificate.key,
    "rotator.key": randomBytes(32).toString("base64"),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);

  const post = async (path: string, fields: object) => {
    const response = await fetch(`${gateway.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const { body: session } = await post("/auth", {
    "access-id": gateway.accessId,
    "access-key": gateway.accessKey,
  });
  const call = (path: string, fields: object) => post(path, { token: session.token, ...fields });
  let configs = 0;

  const writeConfig = async (changes: ConfigChanges = {}) => {
    configs += 1;
    const file = join(directory, `rotator-${configs}.yaml`);
    await writeFile(file, stringify({ ...baseConfig(gateway, proxy), ...changes }));
    return file;
  };
  return {
    directory,
    gateway,
    app,
    proxy,
    authority: authority.cert,
    writeConfig,
    startRotator: async (changes) => startRotatorProcess(await writeConfig(changes)),
    declare: async (url, payload) => {
      await call("/target-create-web", { name: "/rotator", url });
      const first = payload ?? {
        system: "reporting-app",
        username: USERNAME,
        current_password: FIRST_PASSWORD,
      };
      const { status, body } = await call("/rotated-secret-create-custom", {
        name: ITEM,
        "target-name": "/rotator",
        "custom-payload": JSON.stringify(first),
      });
      if (status !== 200) throw new Error(`the secret was not created: ${JSON.stringify(body)}`);
    },
    retarget: async (url) => {
      await call("/target-update-web", { name: "/rotator", url });
    },
    rotate: async () => {
      const { status, body } = await call("/gateway-rotate-secret", { name: ITEM });
      return { status, error: String(body.error ?? "") };
    },
    store: async (payload) => {
      const { status, body } = await call("/rotated-secret-update-custom", {
        name: ITEM,
        "custom-payload": JSON.stringify(payload),
      });
      if (status !== 200) throw new Error(`the payload was not stored: ${JSON.stringify(body)}`);
    },
    stored: async () => {
      const { body } = await call("/rotated-secret-get-value", { name: ITEM });
      const { value } = body as { value: { payload: string } };
      return JSON.parse(value.payload) as Record<string, unknown>;
    },
    stop: async () => {
      await Promise.all([gateway.stop(), proxy.stop(), app.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function baseConfig(gateway: Gateway, { url: origin }: HoldProxy) {
  const tls = { cert_file: "cert.pem", key_file: "key.pem" };
  return {
    listen: { host: "127.0.0.1", port: 0, tls },
    metrics: { port: 0 },
    akeyless: {
      access_ids: [gateway.gatewayAccessId],
      validation_url: `${gateway.tlsUrl}/validate-producer-credentials`,
      ca_file: "ca.pem",
    },
    keys: [{ id: "k1", file: "rotator.key" }],
    items: { [ITEM]: { system: "reporting-app", usernames: [USERNAME] } },
    systems: {
      "reporting-app": {
        type: "http",
        recipe: "reporting-app",
        origin,
        ca_file: "ca.pem",
      },
    },
  };
}

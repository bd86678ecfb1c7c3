import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { type Gateway, startGateway } from "./gateway/index.ts";
import { createAuthority } from "./pki.ts";
import { type ReportingApp, startReportingApp } from "./reporting-app/index.ts";
import { type RotatorProcess, startRotatorProcess } from "./rotator-process.ts";

/** The service account of the documentation's example. */
export const TESTBED_USERNAME = "svc-reporting";

/** The item of the documentation's example. */
export const TESTBED_ITEM = "/reporting-app-svc";

/** Everything that takes part in a rotation, on loopback, with certificates of one throw-away CA. */
export interface Testbed {
  readonly app: ReportingApp;
  readonly gateway: Gateway;
  readonly rotator: RotatorProcess;
  /** The password that {@link TESTBED_USERNAME} starts with. */
  readonly initialPassword: string;
  /** Folder for everything of this testbed; removed by `stop`. */
  readonly directory: string;
  /** What a client needs to reach the gateway: address, credentials, the CA to trust. */
  readonly clientEnvironment: Readonly<Record<string, string>>;
  /** What the catalog and Terraform need to deploy the environment `demo` against this testbed. */
  readonly deploymentEnvironment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts the scenario of the documentation: an on-premises reporting application, a rotator in a
 * process of its own, an emulated gateway. Everything is stopped again when one part cannot start.
 */
export async function startTestbed(signal?: AbortSignal): Promise<Testbed> {
  const directory = await mkdtemp(path.join(tmpdir(), "rotation-kit-testbed-"));
  const cleanups: (() => Promise<unknown>)[] = [
    () => rm(directory, { recursive: true, force: true }),
  ];
  const stop = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    const authority = await createAuthority();
    const certificate = await authority.issue({ hosts: ["127.0.0.1", "localhost"] });
    const initialPassword = randomPassword();

    const app = await startReportingApp({
      certificate,
      accounts: [{ username: TESTBED_USERNAME, password: initialPassword }],
    });
    cleanups.push(() => app.stop());
    const gateway = await startGateway({ certificate, trustedAuthority: authority.cert });
    cleanups.push(() => gateway.stop());

    const files = await writeFiles(path.join(directory, "rotator"), {
      "ca.pem": authority.cert,
      "cert.pem": certificate.cert,
      "key.pem": certificate.key,
      "derivation-key": randomBytes(32).toString("base64"),
    });
    const config = rotatorConfig(files, gateway, app);
    const [configFile] = Object.values(
      await writeFiles(path.join(directory, "rotator"), { "rotator.yaml": stringify(config) }),
    );
    const rotator = await startRotatorProcess(configFile ?? "", {}, signal);
    cleanups.push(() => rotator.end("SIGTERM"));

    const clientEnvironment = {
      AKEYLESS_GATEWAY: gateway.tlsUrl ?? gateway.url,
      AKEYLESS_ACCESS_ID: gateway.accessId,
      AKEYLESS_ACCESS_KEY: gateway.accessKey,
      NODE_EXTRA_CA_CERTS: files["ca.pem"],
      // The real provider is written in Go and reads its authorities from here.
      SSL_CERT_FILE: files["ca.pem"],
    };
    const deploymentEnvironment = {
      ...clientEnvironment,
      ROTATION_ENVIRONMENT: "demo",
      ROTATOR_URL: rotator.url,
      TF_VAR_reporting_app_password: initialPassword,
    };
    return {
      app,
      gateway,
      rotator,
      initialPassword,
      directory,
      clientEnvironment,
      deploymentEnvironment,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The configuration that an operator would write for this testbed. */
function rotatorConfig(
  files: Record<"ca.pem" | "cert.pem" | "key.pem" | "derivation-key", string>,
  gateway: Gateway,
  app: ReportingApp,
) {
  return {
    listen: {
      host: "127.0.0.1",
      port: 0,
      tls: { cert_file: files["cert.pem"], key_file: files["key.pem"] },
    },
    metrics: { port: 0 },
    akeyless: {
      access_ids: [gateway.gatewayAccessId],
      validation_url: `${gateway.tlsUrl}/validate-producer-credentials`,
      ca_file: files["ca.pem"],
    },
    keys: [{ id: "demo", file: files["derivation-key"] }],
    items: { [TESTBED_ITEM]: { system: "reporting-app", usernames: [TESTBED_USERNAME] } },
    systems: {
      "reporting-app": {
        type: "http",
        recipe: "reporting-app",
        origin: app.url,
        ca_file: files["ca.pem"],
      },
    },
  };
}

/** Writes files that only this user can read; returns their paths by name. */
async function writeFiles<Name extends string>(
  directory: string,
  contents: Record<Name, string>,
): Promise<Record<Name, string>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const paths = {} as Record<Name, string>;
  for (const name of Object.keys(contents) as Name[]) {
    paths[name] = path.join(directory, name);
    await writeFile(paths[name], contents[name], { mode: 0o600 });
  }
  return paths;
}

/** A first password, as somebody would have set it by hand; it meets the application's policy. */
function randomPassword(): string {
  return `Aa1-${randomBytes(12).toString("base64url")}`;
}

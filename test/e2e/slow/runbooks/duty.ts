import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../harness/free-port.ts";
import { runCommand } from "../../../harness/processes.ts";
import { raiseRelease } from "../../../harness/raised-release.ts";
import {
  type ConfigChanges,
  ITEM,
  type RotatorStage,
  setRotatorStage,
} from "../../../harness/rotator-stage.ts";
import { KIT_COMMAND } from "../../kit-command.ts";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
/** How long the rotator's certificate is valid at first. */
const DAYS_LEFT = 3;
const OPERATOR = fileURLToPath(new URL("operator.sh", import.meta.url));

/** Somebody on call: a stage whose rotator is a service, and a shell that runs the commands of a page. */
export interface Duty {
  readonly stage: RotatorStage;
  /** The rotator's configuration file. */
  readonly config: string;
  /** Runs a script. `strict`: every command has to succeed. */
  shell(script: string, options: { strict: boolean; input?: string }): Promise<ShellResult>;
  /** Prepares what the next call of the editor writes: sections of rotator.yaml, or a text. */
  willWrite(written: ConfigChanges | string): Promise<void>;
  stop(): Promise<void>;
}

export interface ShellResult {
  readonly code: number | null;
  readonly output: string;
}

/** What differs from a rotator that is well. */
interface DutyOptions {
  readonly sections?: ConfigChanges;
  /** Members of the system beside the usual ones. */
  readonly system?: object;
  /** What the rotator's Node.js is started with. */
  readonly nodeFlags?: string;
}

/** Sets the stage and starts the service; the item is declared and not rotated yet. */
export async function beginDuty(options: DutyOptions = {}): Promise<Duty> {
  const tlsFolder = await mkdtemp(join(tmpdir(), "rotator-tls-"));
  const made = await runCommand("deploy/make-certificates", [tlsFolder, "localhost"], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "", DAYS: String(DAYS_LEFT) },
  });
  if (made.code !== 0) throw new Error(made.stderr);
  const stage = await setRotatorStage({
    rotatorAuthority: await readFile(join(tlsFolder, "ca.crt"), "utf8"),
  });
  const { directory, gateway, proxy } = stage;
  const port = await freePort();
  const metricsPort = await freePort();
  const exporterPort = await freePort();
  const tls = {
    cert_file: join(tlsFolder, "tls.crt"),
    key_file: join(tlsFolder, "tls.key"),
    reload_seconds: 1,
  };
  const common = { type: "http", recipe: "reporting-app", origin: proxy.url, ca_file: "ca.pem" };
  const fixed = {
    listen: { host: "127.0.0.1", port, tls },
    metrics: { port: metricsPort },
    systems: { "reporting-app": { ...common, ...options.system } },
  };
  const edits = join(directory, "edits");
  const services = join(directory, "services");
  for (const folder of [edits, services]) await mkdir(folder);
  const releases = await installReleases(directory);
  const login = {
    AKEYLESS_GATEWAY: gateway.tlsUrl ?? "",
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
  };
  const env = {
    PATH: `${directory}:${process.env.PATH}`,
    CONFIG: await stage.writeConfig({ ...fixed, ...options.sections }),
    METRICS: `http://127.0.0.1:${metricsPort}`,
    EXPORTER: `http://127.0.0.1:${exporterPort}`,
    EXPORTER_ENVIRONMENT: join(directory, "exporter.env"),
    ITEM,
    FOLDER: "/prod/",
    TLS: tlsFolder,
    KEYS: directory,
    SERVICES: services,
    EDITS: edits,
    ...releases,
    NODE_FLAGS: options.nodeFlags ?? "",
    ...login,
    NODE_EXTRA_CA_CERTS: join(directory, "ca.pem"),
  };
  const kit = `#!/bin/sh\nexec ${KIT_COMMAND.map((word) => `'${word}'`).join(" ")} "$@"\n`;
  await writeFile(join(directory, "rotation-kit"), kit, { mode: 0o755 });
  const shell: Duty["shell"] = (script, { strict, input = "" }) =>
    new Promise((resolve, reject) => {
      const text = `source ${OPERATOR}\n${strict ? "set -euo pipefail" : ""}\n${script}`;
      const child = spawn("bash", ["--norc", "-c", text], { cwd: ROOT, env });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (part: string) => {
          output += part;
        });
      child.once("error", reject).once("close", (code) => resolve({ code, output }));
      // A script need not read what is typed.
      child.stdin.on("error", () => {}).end(input);
    });
  let prepared = 0;
  await stage.declare(`https://localhost:${port}/rotate`);
  const started = await shell("systemctl start rotator", { strict: true });
  if (started.code !== 0) throw new Error(started.output);
  return {
    stage,
    config: env.CONFIG,
    shell,
    willWrite: async (written) => {
      prepared += 1;
      const text =
        typeof written === "string"
          ? written
          : await readFile(await stage.writeConfig({ ...fixed, ...written }));
      await writeFile(join(edits, String(prepared)), text);
    },
    stop: async () => {
      for (const unit of ["rotator", "rotation-kit-exporter"])
        await shell(`systemctl stop ${unit}`, { strict: false });
      await stage.stop();
      await rm(tlsFolder, { recursive: true });
    },
  };
}

/** The built rotator as release OLD, to which the link CURRENT leads, and under a higher version as NEW. */
async function installReleases(directory: string) {
  const { BUNDLED_ROTATOR } = process.env;
  if (BUNDLED_ROTATOR === undefined) throw new Error("run this with `npm run test:slow`");
  const OLD = dirname(dirname(BUNDLED_ROTATOR));
  const NEW = join(directory, "new");
  const CURRENT = join(directory, "current");
  await raiseRelease(OLD, NEW);
  await symlink(OLD, CURRENT);
  return { OLD, NEW, CURRENT };
}

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../harness/free-port.ts";
import { runCommand } from "../../../harness/processes.ts";
import {
  type ConfigChanges,
  ITEM,
  type RotatorStage,
  setRotatorStage,
} from "../../../harness/rotator-stage.ts";

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
  /** Prepares what the next call of the editor writes: sections of rotator.yaml. */
  willWrite(sections: ConfigChanges): Promise<void>;
  stop(): Promise<void>;
}

export interface ShellResult {
  readonly code: number | null;
  readonly output: string;
}

/** Sets the stage and starts the service; the item is declared and not rotated yet. */
export async function beginDuty(sections: ConfigChanges = {}): Promise<Duty> {
  const tlsFolder = await mkdtemp(join(tmpdir(), "rotator-tls-"));
  const made = await runCommand("deploy/make-certificates", [tlsFolder, "localhost"], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "", DAYS: String(DAYS_LEFT) },
  });
  if (made.code !== 0) throw new Error(made.stderr);
  const stage = await setRotatorStage({
    rotatorAuthority: await readFile(join(tlsFolder, "ca.crt"), "utf8"),
  });
  const { directory, gateway } = stage;
  const port = await freePort();
  const metricsPort = await freePort();
  const tls = {
    cert_file: join(tlsFolder, "tls.crt"),
    key_file: join(tlsFolder, "tls.key"),
    reload_seconds: 1,
  };
  const fixed = {
    listen: { host: "127.0.0.1", port, tls },
    metrics: { port: metricsPort },
  };
  const edits = join(directory, "edits");
  await mkdir(edits);
  const env = {
    PATH: process.env.PATH ?? "",
    CONFIG: await stage.writeConfig({ ...fixed, ...sections }),
    METRICS: `http://127.0.0.1:${metricsPort}`,
    ITEM,
    FOLDER: "/prod/",
    TLS: tlsFolder,
    KEYS: directory,
    PID_FILE: join(directory, "rotator.pid"),
    LOG: join(directory, "rotator.log"),
    EDITS: edits,
    AKEYLESS_GATEWAY: gateway.tlsUrl ?? "",
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
    NODE_EXTRA_CA_CERTS: join(directory, "ca.pem"),
  };
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
  const started = await shell("systemctl start", { strict: true });
  if (started.code !== 0) throw new Error(started.output);
  return {
    stage,
    config: env.CONFIG,
    shell,
    willWrite: async (changes) => {
      prepared += 1;
      const file = await stage.writeConfig({ ...fixed, ...changes });
      await writeFile(join(edits, String(prepared)), await readFile(file));
    },
    stop: async () => {
      await shell("systemctl stop", { strict: false });
      await stage.stop();
      await rm(tlsFolder, { recursive: true });
    },
  };
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parse } from "yaml";
import * as z from "zod";
import { endProcessTree } from "../harness/processes.ts";
import { ROOT, run } from "./tools.ts";

const serviceSchema = z.looseObject({
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  network_mode: z.string().optional(),
  healthcheck: z.looseObject({ test: z.tuple([z.literal("CMD")], z.string()) }).optional(),
});

const composeSchema = z.looseObject({ services: z.record(z.string(), serviceSchema) });

/** The services of a compose file, each as a process of this machine. */
export interface RunningServices {
  /** Everything that a service has written. */
  outputOf(name: string): string;
  /** Resolves when a service writes the text. Rejects with its output when it ends before. */
  waitFor(name: string, text: string): Promise<void>;
  /** Runs a program where the services are. Resolves to its standard output. */
  exec(program: readonly string[], environment?: Record<string, string>): Promise<string>;
  stop(): Promise<void>;
}

/** How a compose file becomes processes. */
export interface ComposeRun {
  readonly file: string;
  readonly cwd: string;
  /** The folder in place of the volume `state`. */
  readonly state: string;
  /** Commands of services whose image has one. */
  readonly commands?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Runs the commands of a compose file without a container engine, in the order in which their services
 * depend on each other. They share a network namespace, as they do in the file; the volume is a folder,
 * whose path replaces /state. Needs root, for `unshare`.
 */
export async function startServices(options: ComposeRun): Promise<RunningServices> {
  const { services } = composeSchema.parse(
    parse(await readFile(options.file, "utf8"), { merge: true }),
  );
  const here = (text: string) => text.replaceAll(/\/state(?=\/)/g, options.state);
  const network = spawn("unshare", ["--net", "sh", "-c", "ip link set lo up && echo up && cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(network.stdout, "data");
  const inside = (...command: readonly string[]) => [
    ...[`--net=/proc/${network.pid}/ns/net`, "--wdns=.", "--"],
    ...command,
  ];
  const exec: RunningServices["exec"] = ([program = "", ...args], environment = {}) =>
    run("nsenter", inside(program, ...args), environment, options.cwd);
  const running = new Map<string, { child: ChildProcess; output: string }>();
  const stop = async () => {
    for (const { child } of running.values()) await endProcessTree(child);
    await endProcessTree(network);
  };
  const started: RunningServices = {
    outputOf: (name) => running.get(name)?.output ?? "",
    waitFor: async (name, text) => {
      while (!started.outputOf(name).includes(text)) {
        if (running.get(name)?.child.exitCode !== null)
          throw new Error(`${name} has ended: ${started.outputOf(name)}`);
        await delay(50);
      }
    },
    exec,
    stop,
  };
  // What shares the network of another service waits until that one is healthy.
  const order = Object.entries(services).sort(
    ([, one], [, other]) => Number(Boolean(one.network_mode)) - Number(Boolean(other.network_mode)),
  );
  try {
    for (const [name, { command, environment, healthcheck }] of order) {
      const words = (options.commands?.[name] ?? command ?? []).map(here);
      const settings = Object.entries(environment).map(([key, value]) => [key, here(value)]);
      const child = spawn("nsenter", inside(...words), {
        cwd: options.cwd,
        env: { PATH: process.env.PATH, ...Object.fromEntries(settings) },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const one = { child, output: "" };
      running.set(name, one);
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text: string) => {
          one.output += text;
        });
      const [, ...probe] = healthcheck?.test.map(here) ?? [];
      while (probe.length > 0 && !(await succeeds(exec(probe)))) {
        if (child.exitCode !== null) throw new Error(`${name} has ended: ${one.output}`);
        await delay(100);
      }
    }
    return started;
  } catch (error) {
    await stop();
    throw error;
  }
}

const succeeds = (run: Promise<unknown>) =>
  run.then(
    () => true,
    () => false,
  );

/** A folder for the volume, and what removes it. */
export async function stateFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "compose-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** The command line of this checkout, in the place of the one that a project has installed. */
export const INSTALLED_COMMAND = [
  process.execPath,
  "--import",
  import.meta.resolve("tsx"),
  `${ROOT}cli.ts`,
];

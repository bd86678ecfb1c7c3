import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { endProcessTree } from "../processes.ts";

/** The user without rights. */
const NOBODY = 65_534;

/** A product that runs as a process of its own, its data in a folder that ends with it. */
export interface Server {
  readonly directory: string;
  stop(): Promise<void>;
}

/** How a product is started. */
export interface Launch {
  readonly name: string;
  readonly command: string;
  /** Made after the folder of its data is known. */
  arguments(directory: string): readonly string[];
  environment?(directory: string): Readonly<Record<string, string>>;
  /** Prepares the folder. */
  prepare?(directory: string): Promise<void>;
  /** Runs it as a user without rights where the tests run as root, because it refuses that. */
  readonly refusesRoot?: boolean;
  /** Whether it can be used by now. */
  isReady(): Promise<boolean>;
  /** Longest time until then, in milliseconds. Default: two minutes. */
  readonly startMs?: number;
}

/** Starts a product and waits until it can be used. */
export async function launch(product: Launch): Promise<Server> {
  const directory = await mkdtemp(join(tmpdir(), `${product.name}-`));
  await product.prepare?.(directory);
  const dropsRoot = product.refusesRoot && process.getuid?.() === 0;
  if (dropsRoot) await promisify(execFile)("chown", ["-R", `${NOBODY}:${NOBODY}`, directory]);
  const child = spawn(product.command, product.arguments(directory), {
    ...(dropsRoot && { uid: NOBODY, gid: NOBODY }),
    cwd: directory,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: directory,
      LANG: "C.UTF-8",
      ...product.environment?.(directory),
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  let ended = false;
  const read = (chunk: Buffer) => {
    output = (output + chunk).slice(-4_000);
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  child.once("error", (error) => {
    output += error.message;
    ended = true;
  });
  child.once("exit", () => {
    ended = true;
  });
  const stop = async () => {
    await endProcessTree(child);
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  const limit = Date.now() + (product.startMs ?? 120_000);
  while (!(await product.isReady().catch(() => false))) {
    if (ended || Date.now() > limit) {
      await stop();
      throw new Error(`${product.name} ${ended ? "ended early" : "is not ready"}:\n${output}`);
    }
    await delay(250);
  }
  return { directory, stop };
}

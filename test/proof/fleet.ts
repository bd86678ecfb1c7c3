import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../harness/free-port.ts";
import { type RotatorProcess, startRotatorCommand } from "../harness/rotator-process.ts";
import type { ConfigChanges, RotatorStage } from "../harness/rotator-stage.ts";
import type { BalancedServer } from "./balancer.ts";

/** What a rotator is started with. */
export interface ReplicaSettings {
  /** Folder of a built rotator. */
  readonly release: string;
  readonly keys: readonly { readonly id: string; readonly file: string }[];
  /** Sections of rotator.yaml beside those of ports and keys. */
  readonly sections: ConfigChanges;
}

/** Built by `npm run build:rotator`. */
export const BUILT = "dist/service";

/** Makes a key in the stage's folder. */
export async function makeKey(stage: RotatorStage, id: string) {
  const file = `rotator-${id}.key`;
  await writeFile(join(stage.directory, file), randomBytes(32).toString("base64"));
  return { id, file };
}

interface Replica extends BalancedServer {
  settings: ReplicaSettings;
  process?: RotatorProcess;
}

/** Rotators on ports that stay theirs, each a process of its own. */
export class Fleet {
  readonly #stage: RotatorStage;
  readonly #replicas: readonly Replica[];

  constructor(stage: RotatorStage, replicas: readonly Replica[]) {
    this.#stage = stage;
    this.#replicas = replicas;
  }

  /** Starts `count` rotators. */
  static async start(
    stage: RotatorStage,
    count: number,
    settings: ReplicaSettings,
  ): Promise<Fleet> {
    const replicas: Replica[] = [];
    for (let index = 0; index < count; index += 1)
      replicas.push({ port: await freePort(), metricsPort: await freePort(), settings });
    const fleet = new Fleet(stage, replicas);
    try {
      await Promise.all(replicas.map((_, index) => fleet.#start(index)));
    } catch (error) {
      await fleet.stop();
      throw error;
    }
    return fleet;
  }

  get backends(): readonly BalancedServer[] {
    return this.#replicas;
  }

  /** Ends one rotator and starts it again, with new settings where they are given. */
  async restart(
    index: number,
    signal: "SIGKILL" | "SIGTERM",
    settings?: ReplicaSettings,
  ): Promise<void> {
    const replica = this.#replicas[index % this.#replicas.length];
    if (!replica) return;
    await replica.process?.end(signal);
    if (settings) replica.settings = settings;
    await this.#start(index % this.#replicas.length);
  }

  /** Gives new settings to one rotator after the other. */
  async roll(settings: ReplicaSettings): Promise<void> {
    for (const index of this.#replicas.keys()) await this.restart(index, "SIGTERM", settings);
  }

  /** Versions that run now, by what each rotator says of itself. */
  versions(): readonly string[] {
    return this.#replicas.map(({ process }) => {
      const ready = process?.lines.find(({ msg }) => msg === "rotator ready");
      return String(ready?.version);
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#replicas.map(({ process }) => process?.end("SIGKILL")));
  }

  async #start(index: number): Promise<void> {
    const replica = this.#replicas[index];
    if (!replica) return;
    const { port, metricsPort, settings } = replica;
    const { release, keys, sections } = settings;
    const tls = { cert_file: "cert.pem", key_file: "key.pem" };
    const file = await this.#stage.writeConfig({
      ...sections,
      keys,
      listen: { host: "127.0.0.1", port, tls },
      metrics: { port: metricsPort },
    });
    replica.process = await startRotatorCommand([
      process.execPath,
      join(release, "bin/rotator.mjs"),
      "--config",
      file,
    ]);
  }
}

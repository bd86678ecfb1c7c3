import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { System } from "../../rotator/systems/system.ts";
import { systemFrom } from "../unit/rotator/systems/support.ts";

/**
 * Makes systems that run a hook of docs/examples, each with its admin password in a file.
 *
 * @param environment what the hook reads, asked for when a system is made
 */
export function exampleHook(
  name: string,
  environment: () => Record<string, string>,
): (adminPassword: string) => Promise<System> {
  let folder: string;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "example-hook-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return async (adminPassword) => {
    const admin = join(folder, `admin-${count++}`);
    await writeFile(admin, adminPassword);
    return systemFrom({
      type: "command",
      command: new URL(`../../docs/examples/${name}`, import.meta.url).pathname,
      environment: environment(),
      secret_files: { admin },
      verbs: ["reconcile"],
    });
  };
}

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "../../harness/processes.ts";
import { startRotatorCommand } from "../../harness/rotator-process.ts";
import { FIRST_PASSWORD, ITEM, setRotatorStage } from "../../harness/rotator-stage.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");

/**
 * The bundle in a folder of its own, as in the image and on a virtual machine: without the kit's
 * libraries. Node loads TypeScript from 22.18 on; below that tsx does, which is installed beside the
 * module. `.ci/compatibility` runs this on every line of Node.js.
 */
test("the bundled service rotates with a system in TypeScript", async () => {
  const built = await runCommand("npm", ["run", "--silent", "build:rotator"], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "" },
  });
  expect(built).toMatchObject({ code: 0 });
  const folder = mkdtempSync(path.join(tmpdir(), "bundled-service-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(ROOT, "dist/service"), path.join(folder, "service"), { recursive: true });

  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  cpSync(path.join(ROOT, "test/consumers/system/depot.ts"), path.join(stage.directory, "depot.ts"));
  if (!("typescript" in process.features && process.features.typescript)) {
    mkdirSync(path.join(stage.directory, "node_modules"));
    const tsx = path.join(ROOT, "node_modules/tsx");
    symlinkSync(tsx, path.join(stage.directory, "node_modules/tsx"));
  }
  const items = { [ITEM]: { system: "reporting-app", usernames: ["svc-depot"] } };
  const depot = { type: "module", path: "depot.ts", options: { first: FIRST_PASSWORD } };
  const config = await stage.writeConfig({ items, systems: { "reporting-app": depot } });
  const program = path.join(folder, "service/bin/rotator.mjs");
  const rotator = await startRotatorCommand([process.execPath, program, "--config", config]);
  onTestFinished(() => void rotator.end("SIGTERM"));
  await stage.declare(rotator.url, {
    system: "reporting-app",
    username: "svc-depot",
    password: FIRST_PASSWORD,
  });
  expect(await stage.rotate()).toEqual({ status: 200, error: "" });
  expect((await stage.stored()).password).not.toBe(FIRST_PASSWORD);
  // The module holds the account: the second rotation logs in with what the first one set.
  expect(await stage.rotate()).toEqual({ status: 200, error: "" });
  expect(await rotator.end("SIGTERM")).toBe(0);
});

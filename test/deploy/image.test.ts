import { cp, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../harness/free-port.ts";
import { startRotatorCommand } from "../harness/rotator-process.ts";
import { setRotatorStage } from "../harness/rotator-stage.ts";
import { buildImage, type ScratchImage } from "./image.ts";
import { run, tool } from "./tools.ts";

test("the linter finds nothing in the Dockerfile", async () => {
  await run(tool.hadolint, ["deploy/Dockerfile"]);
});

describe("what the image would hold", () => {
  let image: ScratchImage;
  beforeAll(async () => {
    image = await buildImage();
  }, 600_000);
  afterAll(() => image?.remove());

  test("is less than 120 MB", async () => {
    const [bytes] = (await run("du", ["--bytes", "--summarize", image.root])).split("\t");
    expect(Number(bytes)).toBeLessThan(120e6);
  });

  test("is Node.js, its libraries and the rotator: no shell, no package manager", async () => {
    const entries = await readdir(image.root, { recursive: true, withFileTypes: true });
    const programs = await Promise.all(
      entries
        .filter((entry) => entry.isFile() && !/\.so(\.|$)/.test(entry.name))
        .map(async (entry) => {
          const path = join(entry.parentPath, entry.name);
          return ((await stat(path)).mode & 0o111) === 0 ? [] : [path.slice(image.root.length)];
        }),
    );
    expect(programs.flat().sort()).toEqual(["/app/bin/rotator.mjs", "/usr/local/bin/node"]);
  });

  test("belongs to root and can be written by nobody else", async () => {
    const loose = await run("find", [
      image.root,
      "(",
      "-perm",
      "/6022",
      "-o",
      "!",
      "-user",
      "root",
      ")",
      "!",
      "-type",
      "l",
    ]);
    expect(loose).toBe("");
  });

  test("rotates as a user without rights, tells its health, and ends in order", async () => {
    const stage = await setRotatorStage();
    onTestFinished(() => stage.stop());
    const metrics = { host: "127.0.0.1", port: await freePort() };
    const file = await stage.writeConfig({ metrics });
    const inside = join(image.root, "etc/rotator");
    await cp(stage.directory, inside, { recursive: true });
    await run("chown", ["-R", image.user, inside]);
    // A container engine puts these there.
    for (const name of ["hosts", "resolv.conf"])
      await cp(`/etc/${name}`, join(image.root, "etc", name));
    const enter = ["chroot", `--userspec=${image.user}`, image.root];
    const config = `/etc/rotator/${file.slice(stage.directory.length + 1)}`;
    const health = () =>
      run("chroot", [...enter.slice(1), ...image.healthcheck, "--port", String(metrics.port)]);

    const command = [...enter, ...image.entrypoint, "--config", config];
    const rotator = await startRotatorCommand(command, image.environment);
    onTestFinished(async () => void (await rotator.end("SIGKILL")));
    expect(await health()).toBe("ready\n");
    await stage.declare(rotator.url);
    expect(await stage.rotate()).toEqual({ status: 200, error: "" });
    expect(await rotator.end("SIGTERM")).toBe(0);
    await expect(health()).rejects.toThrow(/not ready: nothing answers/);
  });
});

import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type ComposeRun, INSTALLED_COMMAND, startServices, stateFolder } from "./compose.ts";
import { ROOT, run, tool } from "./tools.ts";

async function started(options: Omit<ComposeRun, "state">, state?: string) {
  const folder = await stateFolder();
  const services = await startServices({ ...options, state: state ?? folder.path });
  onTestFinished(async () => {
    await services.stop();
    await folder.remove();
  });
  return services;
}

/** The working folder of the gateway's container: what is mounted there, over the packages of its image. */
async function mountedFolder(file: string): Promise<string> {
  const folder = await stateFolder();
  onTestFinished(folder.remove);
  const model = JSON.parse(await run(tool.compose, ["-format", "json", file], {}, dirname(file)));
  const { build, working_dir: inside, volumes } = model.services.gateway;
  const dockerfile = await readFile(join(build.context, build.dockerfile), "utf8");
  expect(dockerfile).toMatch(new RegExp(`^FROM .* AS ${build.target}$`, "m"));
  for (const { type, source, target } of volumes)
    if (type === "bind")
      await cp(source, join(folder.path, relative(inside, target)), { recursive: true });
  for (const name of ["package.json", "node_modules"])
    await symlink(ROOT + name, join(folder.path, name));
  return folder.path;
}

test.each([
  "deploy/compose.yaml",
  "docs/examples/project/compose.yaml",
])("compose takes %s", async (file) => {
  const model = JSON.parse(await run(tool.compose, ["-format", "json", file]));
  expect(Object.keys(model.services)).toEqual(expect.arrayContaining(["gateway", "rotator"]));
});

test("every file begins from the same image", async () => {
  const files = ["deploy/Dockerfile", "docs/examples/project/compose.yaml"];
  const images = await Promise.all(
    files.map(async (file) =>
      (await readFile(ROOT + file, "utf8")).match(/node:\S+@sha256:\w{64}/g),
    ),
  );
  expect(new Set(images.flat()).size).toBe(1);
  expect(images).not.toContain(null);
});

test("deploy/compose.yaml rotates the account of the application, again and again", async () => {
  const folder = await stateFolder();
  onTestFinished(folder.remove);
  const { path: state } = folder;
  const config = join(state, "rotator.yaml");
  const text = await readFile(`${ROOT}deploy/compose/rotator.yaml`, "utf8");
  await writeFile(config, text.replaceAll("/state/", `${state}/`));
  // What the image starts; test/deploy/image.test.ts builds it.
  const rotator = [process.execPath, "--import", "tsx", "rotator/cli.ts", "--config", config];
  const file = `${ROOT}deploy/compose.yaml`;
  const cwd = await mountedFolder(file);
  const services = await started({ file, cwd, commands: { rotator } }, state);
  await services.waitFor("application", "listens on");
  await services.waitFor("rotator", "rotator ready");
  for (const version of [2, 3]) {
    const rotated = await services.exec(["bash", "deploy/compose/rotate"], { STATE: state });
    expect(rotated).toContain(String(version));
  }
  expect(services.outputOf("rotator").match(/new password verified/g)).toHaveLength(2);
});

test("compose.yaml of a new project serves its rotator.yaml to an emulated gateway", async () => {
  const folder = await stateFolder();
  onTestFinished(folder.remove);
  const [node = "", ...args] = INSTALLED_COMMAND;
  await run(node, [...args, "init", folder.path, "--yes"]);
  const installed = join(folder.path, "node_modules/.bin");
  await mkdir(installed, { recursive: true });
  const start = `#!/bin/sh\nexec ${INSTALLED_COMMAND.join(" ")} "$@"\n`;
  await writeFile(join(installed, "rotation-kit"), start, { mode: 0o755 });
  const services = await started({ file: join(folder.path, "compose.yaml"), cwd: folder.path });
  await services.waitFor("rotator", "rotator ready");
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { App } from "cdktf";
import { expect, test } from "vitest";
import { startRotator } from "../../../rotator/index.ts";
import {
  RotatedAppCredential,
  RotationStack,
  SensitiveInput,
  WebTarget,
} from "../../../stacks/index.ts";
import { ACCOUNTS_MODULE } from "../../harness/accounts-module.ts";
import { startGateway } from "../../harness/index.ts";
import { SHOWN } from "../../unit/docs/shown-lines.ts";
import { temporaryFolder } from "../../unit/rotator/temporary-folder.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** Runs a script; the gateway and the rotator of this process answer meanwhile. */
async function runShell(script: string, place: { cwd: string; env: NodeJS.ProcessEnv }) {
  const child = spawn("bash", ["-c", script], { ...place, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      text += chunk;
    });
  const [code] = await once(child, "close");
  return { code, text };
}

const EMPTY_STATE = {
  version: 4,
  terraform_version: "1.11.4",
  serial: 1,
  lineage: "a",
  resources: [],
};
const ITEMS = ["/prod/app", "/prod/other", "/staging/app", "/reporting-app-svc"];
const usernameOf = (item: string) => `svc${item.replaceAll("/", "-")}`;

test("the lines that can be run in a prepared project end well", async () => {
  await using gateway = await startGateway();
  const accounts = Object.fromEntries(ITEMS.map((item) => [usernameOf(item), "First-1!"]));
  const folder = temporaryFolder({
    "app.mjs": ACCOUNTS_MODULE,
    "accounts.json": JSON.stringify(accounts),
    "cdktf.json": "{}",
    "package.json": '{"scripts":{"rotation-kit":"rotation-kit"}}',
  });
  const sections = {
    akeyless: gateway.forRotator(),
    systems: { app: { type: "module", path: "app.mjs" } },
    items: Object.fromEntries(
      ITEMS.map((item) => [item, { system: "app", usernames: [usernameOf(item)] }]),
    ),
    log: { level: "error" },
  };
  const config = join(folder, "rotator.yaml");
  writeFileSync(
    config,
    JSON.stringify({
      ...sections,
      listen: { host: "127.0.0.1", port: 0 },
      metrics: { host: "127.0.0.1", port: 0 },
      keys: [{ id: "k1", file: "rotator-key" }],
    }),
  );
  await using rotator = await startRotator({ config, akeyless: gateway.forRotator() });
  for (const name of ITEMS) {
    const payload = { system: "app", username: usernameOf(name), password: "First-1!" };
    await gateway.declare({ name, target: rotator.url, payload });
  }

  const app = new App({ outdir: join(folder, "cdktf.out") });
  const environment = {
    rotatorUrl: "https://rotator.example.com/rotate",
    intervalUnit: "days",
    secureRemoteAccess: "enabled",
    deleteProtection: false,
  } as const;
  const stack = new RotationStack(app, "production", { environment });
  new RotatedAppCredential(stack, "app", {
    name: "/prod/app",
    target: WebTarget.fromName(stack, "target", "/prod/app-target"),
    system: "app",
    username: usernameOf("/prod/app"),
    currentPassword: SensitiveInput.fromEnvironment("TF_VAR_app_password"),
  });
  app.synth();
  mkdirSync(join(folder, "cdktf.out/stacks/production/.terraform"));

  // The commands of this checkout. npx runs what it is told, the synth was just done, and Terraform's state
  // is one without resources.
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const programs = {
    "rotation-kit": `exec ${process.execPath} --import ${tsx} ${join(ROOT, "cli.ts")} "$@"`,
    npx: 'exec "$@"',
    cdktf: "test -d cdktf.out",
    terraform: `echo '${JSON.stringify(EMPTY_STATE)}'`,
  };
  mkdirSync(join(folder, "bin"));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, "bin", name), 0o755);
  }
  for (const shared of ["deploy", "node_modules"])
    symlinkSync(join(ROOT, shared), join(folder, shared));
  copyFileSync(join(ROOT, "docs/examples/redis-system.ts"), join(folder, "redis-system.ts"));

  // The rotator's key first, then page after page; a page's lines share one shell.
  const first = "docs/guides/run-the-rotator.md";
  const printed: Record<string, string> = {};
  for (const page of new Set([first, ...Object.keys(SHOWN)])) {
    const lines = Object.entries(SHOWN[page] ?? {}).flatMap(([line, { run }]) =>
      run ? [line] : [],
    );
    if (lines.length === 0) continue;
    const script = lines.map((line) => `{ ${line}\n} || [ $? = 2 ] || exit 1`).join("\n");
    const { code, text } = await runShell(script, {
      cwd: folder,
      env: {
        ...process.env,
        PATH: ["bin", "node_modules/.bin"]
          .map((place) => join(folder, place))
          .concat(process.env.PATH ?? "")
          .join(":"),
        AKEYLESS_GATEWAY: gateway.url,
        AKEYLESS_ACCESS_ID: gateway.accessId,
        AKEYLESS_ACCESS_KEY: gateway.accessKey,
      },
    });
    expect(code, `${page}\n${text}`).toBe(0);
    printed[page] = text;
  }
  expect(printed["docs/guides/day-two.md"]).toMatch(/\/prod\/other\s+rotated/);
  expect(printed["docs/guides/read-the-secret.md"]).toContain(usernameOf("/reporting-app-svc"));
  expect(readFileSync(join(folder, "imported.ts"), "utf8")).toContain("/staging/app");
  expect(readdirSync(folder)).toContain("redis-system.mjs");
  expect(readdirSync(join(folder, "tls")).sort()).toContain("tls.crt");
});

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ROTATOR_DOCUMENTS } from "../../rotator/process/documents.ts";
import { runCommand } from "../harness/processes.ts";
import { startReportingApp } from "../harness/reporting-app/index.ts";
import { FIRST_PASSWORD, setRotatorStage, USERNAME } from "../harness/rotator-stage.ts";
import { KIT_COMMAND } from "./kit-command.ts";

const account = { username: "svc-test", password: "First-password-1" };

async function run(...args: string[]) {
  const [program = "", ...command] = [...KIT_COMMAND, ...args];
  return runCommand(program, command, { env: { PATH: process.env.PATH ?? "" } });
}

test("system probe and rehearse, with a recipe that is in no configuration", async () => {
  const app = await startReportingApp({ accounts: [account] });
  const folder = await mkdtemp(join(tmpdir(), "system-"));
  onTestFinished(async () => {
    await app.stop();
    await rm(folder, { recursive: true });
  });
  const file = join(folder, "password");
  await writeFile(file, `${account.password}\n`);
  const recipe = ["--recipe", "reporting-app", "--origin", app.url, "--allow-plain-http"];
  const rest = [...recipe, "--username", account.username, "--password-file", file];

  const probed = await run("system", "probe", ...rest);
  expect(probed).toMatchObject({
    code: 0,
    stdout: "right password: valid\nwrong password: invalid\n",
  });

  // The application remembers passwords, so the first one is refused in the end.
  const kept = join(folder, "kept");
  const rehearsed = await run("system", "rehearse", ...rest, "--keep", kept);
  expect(rehearsed.code).toBe(2);
  for (const line of [
    '>   {"current_password":"********","new_password":"********"}',
    "ok  change and verify: rotated",
    "ok  the next call finds it: replayed",
    "FAILED  back to the first password: rejected: password_policy",
  ])
    expect(rehearsed.stdout).toContain(line);
  const now = (await readFile(kept, "utf8")).trim();
  for (const secret of [account.password, now])
    expect(rehearsed.stdout + rehearsed.stderr).not.toContain(secret);
  await writeFile(file, now);
  expect(await run("system", "probe", ...rest)).toMatchObject({ code: 0 });

  const asJson = await run("system", "rehearse", ...rest, "--keep", `${kept}-2`, "--json");
  const document = ROTATOR_DOCUMENTS["system-rehearse"].strict().parse(JSON.parse(asJson.stdout));
  expect(document.ok).toBe(false);
  expect(document.acts[0]).toMatchObject({ ok: true, outcome: "rotated" });
  expect(document.requests[0]).toMatchObject({ method: "POST", status: 200 });
  expect(document.rest).toContain(`${kept}-2`);
  const last = (await readFile(`${kept}-2`, "utf8")).trim();
  for (const secret of [now, last]) expect(asJson.stdout).not.toContain(secret);

  await writeFile(file, "wrong");
  const refused = await run("system", "probe", ...rest, "--json");
  expect(refused.code).toBe(2);
  const told = ROTATOR_DOCUMENTS["system-probe"].strict().parse(JSON.parse(refused.stdout));
  expect(told).toMatchObject({ ok: false, right: { result: "invalid" } });
  expect(await run("system", "probe", ...rest)).toMatchObject({
    code: 2,
    stdout: expect.stringContaining("the given password is refused"),
  });
});

test("serve --check --probe logs in with a system's test account", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const file = await stage.writeConfig();
  const text = await readFile(file, "utf8");
  expect(text).toContain("recipe: reporting-app");
  const withAccount = async (password: string) => {
    const secret = join(file, "../test-account");
    await writeFile(secret, password);
    const entry = `test_account: { username: ${USERNAME}, password_file: ${secret} }`;
    const changed = text.replace(
      /^( +)recipe: reporting-app$/m,
      `$1recipe: reporting-app\n$1${entry}`,
    );
    await writeFile(file, changed);
    return run("serve", "--config", file, "--check", "--probe");
  };
  expect(await withAccount(FIRST_PASSWORD)).toMatchObject({ code: 0 });
  const wrong = await withAccount("wrong");
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("test_account of reporting-app: the given password is refused");
});

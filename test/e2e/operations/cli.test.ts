import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createAuthority } from "../../harness/pki.ts";
import { type Finished, runCommand } from "../../harness/processes.ts";
import { setStage } from "../../unit/harness/gateway/api.ts";

const checkout = resolve(import.meta.dirname, "../../..");

/** Runs the command line as a user does, in a process of its own. */
function kit(args: readonly string[], environment: Record<string, string>): Promise<Finished> {
  const { PATH = "", HOME = "" } = process.env;
  const command = ["--import", import.meta.resolve("tsx"), join(checkout, "cli.ts"), ...args];
  return runCommand(process.execPath, command, { env: { PATH, HOME, ...environment } });
}

test("over TLS, with a private authority, from the command line", async () => {
  const authority = await createAuthority();
  const { gateway, createSecret, payload } = await setStage({
    certificate: await authority.issue({ hosts: ["127.0.0.1", "localhost"] }),
  });
  await createSecret();
  const folder = await mkdtemp(join(tmpdir(), "rotation-kit-cli-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "ca.pem");
  await writeFile(file, authority.cert);
  const environment = {
    AKEYLESS_GATEWAY: gateway.tlsUrl ?? "",
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
  };

  const untrusted = await kit(["rotate", "/prod/app"], environment);
  expect(untrusted.code).toBe(1);
  expect(untrusted.stderr).toMatch(/^gateway_untrusted: .*set NODE_EXTRA_CA_CERTS.*\n$/);

  const trusting = { ...environment, NODE_EXTRA_CA_CERTS: file };
  const [rotated, missing, unknown] = await Promise.all([
    kit(["rotate", "/prod/app", "--json"], trusting),
    kit(["check", "--item", "/prod/none", "--json"], trusting),
    kit(["rotat"], trusting),
  ]);
  expect(rotated).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(rotated.stdout)).toMatchObject({ ok: true, items: [{ version_after: 2 }] });
  expect(await payload()).toBe("rotated-1");
  expect(missing.code).toBe(1);
  expect(missing.stderr).toMatch(/^item_not_found: [^\n]*\n$/);
  expect(JSON.parse(missing.stdout)).toMatchObject({
    schema: "rotation-kit/error/v1",
    ok: false,
    error: {
      code: "item_not_found",
      kind: "definitive",
      remedy: expect.stringContaining("check the full path"),
    },
  });
  expect(unknown).toMatchObject({ code: 1, stdout: "" });
  expect(unknown.stderr).toContain("Did you mean rotate?");
  const everything = JSON.stringify([untrusted, rotated, missing, unknown]);
  expect(everything).not.toContain(gateway.accessKey);
});

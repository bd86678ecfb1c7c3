import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { collectingIo } from "../../../harness/collecting-io.ts";
import { gatewayCommand } from "../../../harness/commands/gateway/gateway-command.ts";
import type { Gateway, GatewayOptions } from "../../../harness/gateway/index.ts";
import type { ApiUser } from "../../../harness/gateway/options.ts";
import { setStage } from "../gateway/api.ts";

interface Step {
  readonly title: string;
  readonly tells?: string;
  readonly differences: readonly { at: string; emulator?: unknown; real?: unknown }[];
}

/** Runs the command against an account, as somebody would against their own. */
async function run(
  account: GatewayOptions,
  args: readonly string[] = ["--yes"],
  answer?: string,
  prepare?: (stage: Awaited<ReturnType<typeof setStage>>) => Promise<unknown>,
) {
  const stage = await setStage({ accountId: "acc-of-somebody", ...account });
  await stage.createSecret();
  await prepare?.(stage);
  const { gateway } = stage;
  const before = gateway.calls.length;
  const directory = mkdtempSync(join(tmpdir(), "record-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "record.json");
  const { io, said } = collectingIo({
    environment: { AKEYLESS_ACCESS_ID: gateway.accessId, AKEYLESS_ACCESS_KEY: gateway.accessKey },
    ...(answer !== undefined && { ask: async () => answer }),
  });
  said.code = -1;
  const ended = gatewayCommand(io).parseAsync(
    ["record", "--against", `${gateway.url}/api/v2`, "--output", file, ...args],
    {
      from: "user",
    },
  );
  const error: unknown = await ended.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const text = error === undefined ? readFileSync(file, "utf8") : "";
  const steps: Step[] = text === "" ? [] : JSON.parse(text).steps;
  return {
    ...{ gateway, ...said, text, error },
    calls: gateway.calls.slice(before),
    differing: steps.filter(({ differences }) => differences.length > 0),
  };
}

const allOf = ({ exportState }: Gateway) => {
  const { items, targets } = exportState();
  return [...items, ...targets].map(({ name }) => name);
};

describe("rotation-kit gateway record", () => {
  test("finds nothing where the account is an emulator itself, and leaves nothing there", async () => {
    const { code, differing, gateway, out } = await run({});
    expect(differing.map(({ title, differences }) => [title, differences])).toEqual([]);
    expect(code).toBe(0);
    expect(out).toContain("0 of 34 calls are answered otherwise.");
    expect(allOf(gateway)).toEqual(["/prod/app", "/rotator"]);
  });

  test.each([
    [{ rotationIntervalUnit: "minutes" }, "rotationIntervalUnit", "next_rotation_date"],
    [{ failedRotationStatus: 400 }, "failedRotationStatus", "status"],
    [{ emptyTextOnUpdate: "overwrite" }, "emptyTextOnUpdate", "item_metadata"],
    [{ keepPreviousVersion: false }, "keepPreviousVersion", "item_versions"],
  ] as const)("sees a real account that has %o", async (account, tells, at) => {
    const { code, differing, out } = await run(account);
    expect(code).toBe(2);
    const [first] = differing.filter((step) => step.tells === tells);
    expect(first?.differences.some((difference) => difference.at.includes(at))).toBe(true);
    expect(out).toContain(`(it tells about the switch ${tells})`);
    const assumed = Object.entries(account).map(([name, value]) => `${name}=${value}`);
    const again = await run(account, ["--yes", "--assume", ...assumed]);
    expect(again.out).toContain("\n0 of 34 calls");
  });

  test("sees other error texts and what the emulator does not know", async () => {
    const { differing } = await run({ publicApi: true });
    expect(differing.map(({ title }) => title)).toContain("create a secret");
  });

  test("touches only what it created itself, in a folder of its own", async () => {
    const { calls } = await run({});
    const named = calls.flatMap(({ body }) => [body.name, body.names, body.path, body.filter]);
    for (const name of named.filter((each) => each !== undefined))
      expect(name).toMatch(/^\/rotation-kit-record\/[0-9a-f]{12}/);
  });

  test("writes nothing of the account: no value, token, key, id or address", async () => {
    const { gateway, text, calls } = await run({}, ["--yes", "--json"]);
    const { host } = new URL(gateway.url);
    const secrets = [
      gateway.accessId,
      gateway.accessKey,
      "acc-of-somebody",
      "Not-A-Passw0rd",
      host,
    ];
    const tokens = calls
      .map(({ body }) => String(body.token))
      .filter((token) => token !== "t-of-nobody");
    for (const secret of [...secrets, ...tokens, "undefined"].filter(
      (each) => each !== "undefined",
    ))
      expect(text).not.toContain(secret);
    expect(text).toContain("<payload>");
  });

  test("deletes what it created also where the account fails in the middle", async () => {
    const { gateway, error, differing } = await run({}, ["--yes"], undefined, async (stage) => {
      stage.gateway.faults.inject("error-before", {
        at: "api",
        path: "/api/v2/roll-back",
        times: 9,
      });
      for (const path of ["/get-tags", "/rollback-secret", "/set-item-state"])
        stage.gateway.faults.inject("reset-before", { at: "api", path, times: 9 });
    });
    expect(error).toBeUndefined();
    expect(differing.map(({ title }) => title)).toEqual(
      expect.arrayContaining(["read its tags", "roll back", "disable it"]),
    );
    expect(allOf(gateway)).toEqual(["/prod/app", "/rotator"]);
  });

  test("names what it could not delete", async () => {
    const user: ApiUser = {
      accessId: "p-no-delete",
      accessKey: "k",
      capabilities: ["create", "read", "update", "list"],
    };
    const { error } = await run({ users: [user] });
    expect(error).toMatchObject({ code: "record_left_behind" });
    expect(String(error)).toMatch(/\/rotation-kit-record\/[0-9a-f]{12}\/secret/);
  });

  test("calls nothing before somebody has said yes", async () => {
    for (const answer of [undefined, "y"]) {
      const { error, calls } = await run({}, [], answer);
      expect(error).toMatchObject({ code: "record_not_confirmed" });
      expect(calls).toEqual([]);
    }
    expect((await run({}, [], "yes")).code).toBe(0);
  });
});

import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { checkCommand } from "../../../../stacks/operations/check-command.ts";
import { listenOnLoopback } from "../../../harness/loopback.ts";
import { setStage } from "../../harness/gateway/api.ts";
import { runKit } from "./run-command.ts";

const POLICY = { length: 8, lowercase: true, uppercase: false, numbers: true, symbols: false };
const FIRST = { system: "app", username: "svc", current_password: "first-1" };

/** A stage whose rotator changes the password, and the check of a declaration's payload on it. */
async function stage(stored: object | string = FIRST) {
  const { gateway, rotator, createSecret, rotate, payload } = await setStage();
  rotator.answer = ({ body }) => {
    const fields = JSON.parse(body.payload);
    const name = "password" in fields ? "password" : "current_password";
    return JSON.stringify({ ...fields, [name]: `rotated${rotator.requests.length}` });
  };
  await createSecret({
    "custom-payload": typeof stored === "string" ? stored : JSON.stringify(stored),
  });
  const check = async (template: unknown, env: Record<string, string> = {}, settings = {}) => {
    const { stdout } = await runKit(checkCommand, ["--item", "/prod/app", "--rotate", "--json"], {
      AKEYLESS_GATEWAY: gateway.url,
      AKEYLESS_ACCESS_ID: gateway.accessId,
      AKEYLESS_ACCESS_KEY: gateway.accessKey,
      ROTATION_KIT_PAYLOAD_TEMPLATE: JSON.stringify(template),
      ROTATION_KIT_EXPECT: JSON.stringify({ settings: { target_name: "/rotator", ...settings } }),
      ...env,
    });
    const { checks } = JSON.parse(stdout) as {
      checks: { check: string; result: string; detail: string }[];
    };
    return (name: string) => checks.find(({ check }) => check === name);
  };
  const live = async () => JSON.parse((await payload()) ?? "");
  return { rotator, rotate, check, live, payload, url: gateway.url };
}

const DECLARED = { ...FIRST, current_password: { $env: "TF_VAR_pw" } };

describe("a change of the declared payload", () => {
  test("keeps the live password, and the next rotation gets what is declared", async () => {
    const { rotate, rotator, check, live } = await stage();
    await rotate();
    const result = await check(
      { ...DECLARED, policy: POLICY, region: "eu" },
      { TF_VAR_pw: "first-1" },
      { enable_password_policy: "true" },
    );
    expect(result("payload")).toEqual({
      check: "payload",
      result: "passed",
      detail: "changed in the live payload: policy, region",
    });
    // The rotation logged in with the live password, never with the first one.
    const sent = JSON.parse(rotator.requests.at(-1)?.body.payload ?? "");
    expect(sent).toEqual({
      ...FIRST,
      current_password: "rotated1",
      policy: POLICY,
      region: "eu",
    });
    expect(await live()).toMatchObject({ policy: POLICY, current_password: "rotated2" });
    expect(result("password_policy")).toMatchObject({ result: "passed" });
  });

  test("leaves a field that is not declared any more: it may be the rotator's", async () => {
    const { rotate, check, live } = await stage({ ...FIRST, region: "eu" });
    await rotate();
    const result = await check(DECLARED);
    expect(result("payload")).not.toMatchObject({ result: "failed" });
    expect(await live()).toMatchObject({ region: "eu", current_password: "rotated2" });
  });

  test.each([
    { length: 20 },
    { uppercase: true },
    { numbers: false },
    { symbols: true },
  ])("is reported where the rotator does not keep the policy: %j", async (wanted) => {
    const { rotate, check } = await stage();
    await rotate();
    const policy = { ...POLICY, ...wanted };
    const result = await check({ ...DECLARED, policy }, {}, { enable_password_policy: "true" });
    expect(result("password_policy")).toMatchObject({ result: "failed" });
  });

  test("moves the password to the declared field, and takes away a policy", async () => {
    const { rotate, check, live } = await stage({ ...FIRST, policy: POLICY });
    await rotate();
    const { current_password: _, ...rest } = FIRST;
    await check({ ...rest, password: { $secret: true } });
    expect(await live()).toEqual({ ...rest, password: "rotated2" });
  });

  test("hands the former policies to the rotator", async () => {
    const { rotate, check, live } = await stage();
    await rotate();
    const result = await check({ ...DECLARED, former_policies: [POLICY] });
    expect(result("payload")?.detail).toBe("changed in the live payload: former_policies");
    expect(await live()).toMatchObject({
      former_policies: [POLICY],
      current_password: "rotated2",
    });
  });

  test.each([
    { username: "other" },
    { system: "other" },
    { users: [{ username: "svc" }, { username: "svc-b" }], active: 0 },
  ])("to another account is refused, and nothing is written: %j", async (change) => {
    const { rotate, check, live } = await stage();
    await rotate();
    const result = await check({ ...DECLARED, ...change }, { TF_VAR_pw: "first-1" });
    expect(result("payload")).toMatchObject({
      result: "failed",
      detail: expect.stringMatching(/another system or account/),
    });
    expect(await live()).toMatchObject(FIRST && { system: "app", username: "svc" });
  });

  test("leaves the served account of two alone", async () => {
    const users = [{ username: "a", password: "x" }, { username: "b" }];
    const { rotate, check, live } = await stage({ ...FIRST, username: "b", users, active: 1 });
    await rotate();
    const declared = [{ username: "a", password: { $env: "TF_VAR_pw" } }, { username: "b" }];
    const result = await check({ ...DECLARED, username: "a", users: declared, active: 0 });
    expect(result("payload")).toBeUndefined();
    expect(await live()).toMatchObject({ username: "b", users, active: 1 });
  });
});

describe("a rotation while the payload is changed", () => {
  /** A line to the gateway on which `rotate` runs before or after each of the first writes. */
  async function behind(rotate: () => Promise<unknown>, target: string, moments: string[]) {
    const line = await listenOnLoopback(async (request, response) => {
      const body = await text(request);
      const moment = request.url === "/rotated-secret-update-custom" ? moments.shift() : undefined;
      if (moment === "before") await rotate();
      const answer = await fetch(new URL(request.url ?? "/", target), { method: "POST", body });
      if (moment === "after") await rotate();
      response.writeHead(answer.status).end(await answer.text());
    });
    onTestFinished(() => line.stop());
    return line.url;
  }

  test.each([
    { moments: ["before"], last: "rotated2" },
    { moments: ["after"], last: "rotated2" },
    { moments: ["before", "before"], last: "rotated3" },
    { moments: ["before", "after"], last: "rotated3" },
  ])("$moments a write leaves the password of the last rotation", async ({ moments, last }) => {
    const { rotate, rotator, check, url } = await stage();
    await rotate();
    const AKEYLESS_GATEWAY = await behind(rotate, url, [...moments]);
    const result = await check({ ...DECLARED, region: "eu" }, { AKEYLESS_GATEWAY });
    expect(result("payload")).toMatchObject({
      result: "passed",
      detail: "changed in the live payload: region",
    });
    // What the check's own rotation found stored.
    expect(JSON.parse(rotator.requests.at(-1)?.body.payload ?? "")).toMatchObject({
      current_password: last,
      region: "eu",
    });
  });
});

describe("what a rotation changes beside the password", () => {
  test("the key that is served stays, whatever key was declared first", async () => {
    const key = { key_id: "first", key_name: "first-name" };
    const { rotator, rotate, check, live } = await stage({ ...FIRST, ...key });
    const { answer } = rotator;
    rotator.answer = (request) => {
      const answered = JSON.parse(String(answer(request)));
      return JSON.stringify({ ...answered, key_id: `id-${rotator.requests.length}` });
    };
    await rotate();
    const result = await check({ ...DECLARED, ...key, region: "eu" });
    expect(result("payload")?.detail).toMatch(/region/);
    expect(JSON.parse(rotator.requests.at(-1)?.body.payload ?? "")).toMatchObject({
      key_id: "id-1",
      region: "eu",
    });
    expect(await live()).toMatchObject({ key_id: "id-2", key_name: "first-name" });
  });

  const THEIRS = { user: "svc", key: "first-1", base_url: "https://a" };
  const DECLARED_THEIRS = { ...THEIRS, key: { $env: "TF_VAR_pw" } };

  test("a field that another rotator left alone is changed", async () => {
    const { rotator, rotate, check, live } = await stage(THEIRS);
    rotator.answer = ({ body }) =>
      JSON.stringify({ ...JSON.parse(body.payload), key: `rotated${rotator.requests.length}` });
    await rotate();
    const result = await check({ ...DECLARED_THEIRS, base_url: "https://b" });
    expect(result("payload")?.detail).toMatch(/base_url/);
    expect(await live()).toEqual({ user: "svc", key: "rotated2", base_url: "https://b" });
  });

  test("a new password of another rotator is not judged by the policy, and the check says so", async () => {
    const { check } = await stage(THEIRS);
    const result = await check(DECLARED_THEIRS, {}, { enable_password_policy: "true" });
    expect(result("password_policy")).toMatchObject({
      result: "unknown",
      detail: expect.stringMatching(/payload is not one for the kit's own rotator/),
    });
  });

  test("a field that another rotator may have changed is not written over", async () => {
    const { rotator, rotate, check, live } = await stage(THEIRS);
    rotator.answer = ({ body }) => {
      const number = rotator.requests.length;
      return JSON.stringify({
        ...JSON.parse(body.payload),
        user: `svc${number}`,
        key: `k${number}`,
      });
    };
    await rotate();
    const result = await check(DECLARED_THEIRS);
    expect(result("payload")).toMatchObject({
      result: "failed",
      detail: expect.stringMatching(/in user, which the last rotation may have changed/),
    });
    expect(await live()).toMatchObject({ user: "svc2", key: "k2" });
  });
});

describe("a first password that was wrong", () => {
  test("is corrected while the item never rotated, and never afterwards", async () => {
    const { rotator, check, live } = await stage({ ...FIRST, current_password: "wrong" });
    const right = rotator.answer;
    rotator.answer = () => ({ status: 422, body: '{"code":"login_refused"}' });
    expect((await check(DECLARED, { TF_VAR_pw: "wrong" }))("rotation")?.result).toBe("failed");
    rotator.answer = right;
    const corrected = await check(DECLARED, { TF_VAR_pw: "first-1" });
    expect(corrected("payload")?.detail).toMatch(/sent again/);
    expect(JSON.parse(rotator.requests.at(-1)?.body.payload ?? "")).toEqual(FIRST);
    const later = await check(DECLARED, { TF_VAR_pw: "something else" });
    expect(later("payload")).toBeUndefined();
    expect(await live()).not.toMatchObject({ current_password: "something else" });
  });

  test("so is a key that was wrong", async () => {
    const { check, live } = await stage({ ...FIRST, key_id: "wrong", key_name: "wrong" });
    const key = { key_id: "right", key_name: "name" };
    const corrected = await check({ ...DECLARED, ...key }, { TF_VAR_pw: "first-1" });
    expect(corrected("payload")?.detail).toMatch(/sent again/);
    expect(await live()).toMatchObject(key);
    expect((await check({ ...DECLARED, key_id: "later" }))("payload")).toBeUndefined();
    expect(await live()).toMatchObject(key);
  });

  test.each([
    ["text", "wrong", "right"],
    ["a JSON object", JSON.stringify({ ...FIRST, username: "wrong" }), JSON.stringify(FIRST)],
  ])("so is a whole payload, as %s, of a sensitive input", async (_, wrong, right) => {
    const { rotator, rotate, check, payload } = await stage(wrong);
    rotator.answer = () => ({ status: 422, body: "refused" });
    const whole = { $env: "TF_VAR_whole" };
    await check(whole, { TF_VAR_whole: wrong });
    rotator.answer = () => "rotated";
    const corrected = await check(whole, { TF_VAR_whole: right });
    expect(corrected("payload")?.detail).toMatch(/sent again/);
    expect(rotator.requests.at(-1)?.body.payload).toBe(right);
    expect((await check(whole, { TF_VAR_whole: "later" }))("payload")).toBeUndefined();
    await rotate();
    expect(await payload()).toBe("rotated");
  });

  test.each([
    "first-1\n",
    " first-1",
    "first\u200b-1",
  ])("is refused with unseen parts: %j", async (pw) => {
    const { check, live } = await stage({ ...FIRST, current_password: "wrong" });
    await expect(check(DECLARED, { TF_VAR_pw: pw })).rejects.toThrow(
      /TF_VAR_pw, whose value begins/,
    );
    expect(await live()).toMatchObject({ current_password: "wrong" });
  });

  test("is not sent where its variable is not set", async () => {
    const { check, rotator } = await stage();
    expect((await check(DECLARED))("payload")).toBeUndefined();
    expect(JSON.parse(rotator.requests[0]?.body.payload ?? "")).toEqual(FIRST);
  });
});

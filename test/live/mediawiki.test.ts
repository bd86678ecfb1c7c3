import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemContract } from "../../rotator/testing/contract.ts";
import { type MediaWikiHandle, startMediaWiki } from "../harness/products/mediawiki.ts";
import { stepContext, systemFrom } from "../unit/rotator/systems/support.ts";
import { LIVE_RUNS } from "./runs.ts";
import { sixSituations } from "./situations.ts";

let wiki: MediaWikiHandle;
let count = 0;

beforeAll(async () => {
  wiki = await startMediaWiki();
});
afterAll(() => wiki?.stop());

async function account() {
  const current = { username: `Svc ${count++}`, password: "First-password-1!" };
  await wiki.addUser(current.username, current.password);
  const system = await systemFrom({
    type: "http",
    recipe: "mediawiki",
    origin: wiki.url,
    allow_plain_http: true,
    authority: "account",
  });
  return { system, current };
}

describe("MediaWiki 1.39, run for real", () => {
  const subject = async () => ({
    ...(await account()),
    freshPassword: () => `Fresh "&=+%" \\ ü password ${count++}!`,
    weakPassword: "short",
  });
  for (const { name, run } of systemContract(["passwords", "compares-current", "policy"], subject))
    test(name, run);

  sixSituations(
    () => ({
      account,
      login: ({ username, password }) => wiki.login(username, password),
      lock: async (name) => {
        for (let failed = 0; failed < 5; failed += 1) await wiki.login(name, "wrong");
      },
      unlock: () => wiki.forgetFailures(),
      tighten: () => wiki.setMinimumLength(100),
      loosen: () => wiki.setMinimumLength(undefined),
    }),
    LIVE_RUNS.mediawiki,
  );

  test("an account whose password has expired", async () => {
    const { system, current } = await account();
    await wiki.expire(current.username);
    expect(await system.probe(current, stepContext())).toEqual({
      result: "valid",
      account: "must_change",
    });
    const wrong = { ...current, password: "wrong" };
    expect(await system.probe(wrong, stepContext())).toMatchObject({ result: "invalid" });
  });
});

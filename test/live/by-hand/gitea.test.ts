import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemContract } from "../../../rotator/testing/contract.ts";
import { rigFor } from "../../e2e/systems/rig.ts";
import { type GiteaHandle, startGitea } from "../../harness/products/gitea.ts";
import { stepContext, systemFrom } from "../../unit/rotator/systems/support.ts";
import { LIVE_RUNS } from "../runs.ts";
import { rotateKeys, sixSituations } from "../situations.ts";

const FIRST = "First-password-1!";
let gitea: GiteaHandle;
let count = 0;

beforeAll(async () => {
  gitea = await startGitea(LIVE_RUNS.gitea.version);
});
afterAll(async () => {
  await gitea?.stop();
});

const systemOf = (recipe: string, more: object, secret: string) =>
  systemFrom(
    { type: "http", recipe, origin: gitea.url, allow_plain_http: true, ...more },
    { SECRET: secret },
  );
const passwords = (token = gitea.admin.token) =>
  systemOf("gitea", { authority: "admin", admin: { token_env: "SECRET" } }, token);

async function account() {
  const current = { username: `svc-${count++}`, password: FIRST };
  await gitea.addUser(current.username, current.password);
  return { system: await passwords(), current };
}

describe("Gitea, run for real", () => {
  const subject = async () => ({
    ...(await account()),
    freshPassword: () => `Fresh "x" \\ & = + % ü ${count++}`,
    weakPassword: "short",
  });
  for (const { name, run } of systemContract(["passwords", "policy", "reconcile"], subject))
    test(name, run);

  sixSituations(
    () => ({
      account,
      wrongAdmin: () => passwords("wrong"),
      login: ({ username, password }) => gitea.login(username, password),
      lock: (name) => gitea.prohibit(name, true),
      unlock: (name) => gitea.prohibit(name, false),
      tighten: () => gitea.setMinimumLength(100),
      loosen: () => gitea.setMinimumLength(8),
    }),
    LIVE_RUNS.gitea,
  );

  const tokens = async () => {
    const { current } = await account();
    const { username } = current;
    const { password } = gitea.admin;
    const admin = { username: gitea.admin.username, password_env: "SECRET" };
    const system = await systemOf("gitea-token", { admin }, password);
    const token = await gitea.token(username, current.password, "by-hand");
    return { system, current: { username, password: token } };
  };
  for (const { name, run } of systemContract(["keys"], async () => ({
    ...(await tokens()),
    freshPassword: () => `token-${count++}`,
  })))
    test(`tokens: ${name}`, run);

  test("tokens, by the strategy key-pair: ten rotations, and a lost answer", async () => {
    const { system, current } = await tokens();
    await rotateKeys(system, { ...current, key_name: "by-hand" });
  });

  test("an account whose password a person has to change is rotated by the admin", async () => {
    const { system, current } = await account();
    await gitea.demandChange(current.username);
    expect(await system.probe(current, stepContext())).toEqual({
      result: "valid",
      account: "must_change",
    });
    const rig = rigFor(system, { usernames: [current.username] });
    const { fields } = await rig.rotate(current);
    expect(await gitea.login(current.username, fields.password)).toBe(true);
  });

  test("an account that is not there is not taken for a wrong password", async () => {
    const system = await passwords();
    const nobody = { username: "nobody-here", password: FIRST };
    expect(await system.probe(nobody, stepContext())).toMatchObject({
      result: "unknown",
      reason: "account_not_found",
    });
  });
});

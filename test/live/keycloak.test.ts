import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemContract } from "../../rotator/testing/contract.ts";
import { type KeycloakHandle, startKeycloak } from "../harness/products/keycloak.ts";
import { stepContext, systemFrom } from "../unit/rotator/systems/support.ts";
import { LIVE_RUNS } from "./runs.ts";
import { sixSituations } from "./situations.ts";

const FIRST = "First-password-1!";
let count = 0;

describe.each(LIVE_RUNS.keycloak.version.split(", "))("Keycloak %s, run for real", (version) => {
  let keycloak: KeycloakHandle;
  beforeAll(async () => {
    keycloak = await startKeycloak(version);
  });
  afterAll(() => keycloak?.stop());

  const systemOf = (secret = keycloak.admin.secret) =>
    systemFrom(
      {
        type: "http",
        recipe: "keycloak",
        origin: keycloak.url,
        allow_plain_http: true,
        authority: "admin",
        admin: { client_id: keycloak.admin.client, client_secret_env: "SECRET" },
        parameters: { realm: "apps", probe_client: "rotation-probe", admin_realm: "apps" },
      },
      { SECRET: secret },
    );
  /** A fresh user, so that no check is locked out by the one before. */
  async function subject(settings: object = {}, secret?: string) {
    const current = { username: `svc-${count++}`, password: FIRST };
    await keycloak.addUser(current.username, current.password, settings);
    const system = await systemOf(secret);
    const freshPassword = () => `Fresh-password-${count++}!`;
    return { system, current, freshPassword };
  }
  for (const { name, run } of systemContract(["passwords", "reconcile"], subject)) test(name, run);

  test("a disabled account, one that is not there, one that is not fully set up", async () => {
    const off = await subject({ enabled: false });
    const state = { result: "unknown", account: "disabled" };
    for (const password of [FIRST, "wrong"])
      expect(await off.system.probe({ ...off.current, password }, stepContext())).toMatchObject(
        state,
      );
    const nobody = { username: "nobody", password: FIRST };
    expect(await off.system.probe(nobody, stepContext())).toMatchObject({ result: "unknown" });

    const bare = await subject({ requiredActions: ["UPDATE_PROFILE"] });
    expect(await bare.system.probe(bare.current, stepContext())).toEqual({
      result: "valid",
      account: "must_change",
    });
    const wrong = { ...bare.current, password: "wrong" };
    expect(await bare.system.probe(wrong, stepContext())).toMatchObject({ result: "invalid" });
    expect(
      await bare.system.change(bare.current, { ...wrong, password: "Next-1!x" }, stepContext()),
    ).toEqual({ result: "changed" });
  });

  test("with a wrong admin credential nothing is changed, and no refusal proves anything", async () => {
    const { system, current } = await subject({}, "wrong-secret");
    const next = { ...current, password: "Next-password-1!" };
    expect(await system.change(current, next, stepContext())).toMatchObject({
      result: "refused",
      authority: "admin",
    });
    // Nobody can ask about the account, so a refused login proves nothing.
    expect(await system.probe(next, stepContext())).toMatchObject({ result: "unknown" });
    expect(await keycloak.login(current.username, FIRST)).toBe(200);
  });

  sixSituations(
    () => ({
      account: subject,
      wrongAdmin: () => systemOf("wrong-secret"),
      login: async ({ username, password }) => (await keycloak.login(username, password)) === 200,
      lock: async (name) => {
        for (const wrong of ["x", "y", "z"]) await keycloak.login(name, wrong);
      },
      unlock: (name) => keycloak.unlock(name),
      tighten: () => keycloak.setRealm({ passwordPolicy: "length(64)" }),
      loosen: () => keycloak.setRealm({ passwordPolicy: "" }),
    }),
    LIVE_RUNS.keycloak,
  );
});

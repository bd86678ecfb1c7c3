import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemContract } from "../../rotator/testing/contract.ts";
import { rigFor } from "../e2e/systems/rig.ts";
import { type KeycloakHandle, startKeycloak } from "../harness/products/keycloak.ts";
import { stepContext, systemFrom } from "../unit/rotator/systems/support.ts";
import { keepLoggingIn } from "./application.ts";

const FIRST = "First-password-1!";
let count = 0;

describe.each(["26.5.6", "26.7.3"])("Keycloak %s, run for real", (version) => {
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
    const rig = rigFor(system, { usernames: [current.username] });
    return { system, current, freshPassword, rig };
  }
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => "ok",
      (error: { code: string }) => error.code,
    );

  for (const { name, run } of systemContract(["passwords", "reconcile"], subject)) test(name, run);

  test("ten rotations follow one another", async () => {
    const { rig, current } = await subject();
    let fields: { username: string; password: string } = current;
    for (let round = 0; round < 10; round++) ({ fields } = await rig.rotate(fields));
    expect(await keycloak.login(current.username, fields.password)).toBe(200);
  });

  test("a lost answer is found by the next call, by another process too, and locks nothing", async () => {
    const { system, rig, current } = await subject();
    const first = await rig.rotate(current);
    await rig.rotate(first.fields);
    const again = await rig.rotate(first.fields);
    expect(again.outcome).toBe("replayed");
    expect(await keycloak.login(current.username, again.fields.password)).toBe(200);
    // Another process has to try the dead password first.
    const other = await rigFor(system, { usernames: [current.username] }).rotate(first.fields);
    expect(other.outcome).toBe("replayed");
    expect(await keycloak.login(current.username, other.fields.password)).toBe(200);
  });

  test("a locked account is told apart from a wrong password, and nothing is reset", async () => {
    const { system, current } = await subject();
    const rig = rigFor(system, { usernames: [current.username], reconcile: true });
    const { fields } = await rig.rotate(current);
    for (const wrong of ["x", "y", "z"]) await keycloak.login(current.username, wrong);
    expect(await system.probe(fields, stepContext())).toMatchObject({
      result: "unknown",
      account: "locked",
    });
    expect(await codeOf(rig.rotate(fields))).not.toBe("ok");
    await keycloak.unlock(current.username);
    expect(await keycloak.login(current.username, fields.password)).toBe(200);
    expect((await rig.rotate(fields)).outcome).toBe("rotated");
  });

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

  test("a stricter policy rejects the candidates, and does not lock the account", async () => {
    const { rig, current } = await subject();
    const { fields } = await rig.rotate(current);
    await keycloak.setRealm({ passwordPolicy: "length(64)" });
    try {
      expect(await codeOf(rig.rotate(fields))).toBe("policy_rejected");
      expect(await keycloak.login(current.username, fields.password)).toBe(200);
    } finally {
      await keycloak.setRealm({ passwordPolicy: "" });
    }
    expect((await rig.rotate(fields)).outcome).toBe("rotated");
  });

  test("a wrong admin credential is named, and nothing changes", async () => {
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

  test("an application goes on with the old password: nothing is reset, and it heals afterwards", async () => {
    const { system, current } = await subject();
    const rig = rigFor(system, { usernames: [current.username], reconcile: true });
    const first = await rig.rotate(current);
    const lost = await rig.rotate(first.fields);
    const application = keepLoggingIn(
      async () => (await keycloak.login(current.username, first.fields.password)) === 200,
    );
    await application.refused(5);
    expect(await codeOf(rig.rotate(first.fields))).not.toBe("ok");
    await application.stop();
    await keycloak.unlock(current.username);
    expect(await keycloak.login(current.username, lost.fields.password)).toBe(200);
    const healed = await rig.rotate(first.fields);
    expect(healed.outcome).toBe("replayed");
    expect(await keycloak.login(current.username, healed.fields.password)).toBe(200);
  });
});

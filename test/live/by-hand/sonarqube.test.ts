import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemContract } from "../../../rotator/testing/contract.ts";
import { rigFor } from "../../e2e/systems/rig.ts";
import { type SonarQubeHandle, startSonarQube } from "../../harness/products/sonarqube.ts";
import { stepContext, systemFrom } from "../../unit/rotator/systems/support.ts";
import { rotateKeys } from "../situations.ts";

const FIRST = "First-password-1!";
let count = 0;

describe.each(["9.9.8.100196", "25.1.0.102122"])("SonarQube %s, run for real", (version) => {
  let sonar: SonarQubeHandle;
  beforeAll(async () => {
    sonar = await startSonarQube(version);
  }, 600_000);
  afterAll(() => sonar?.stop());

  const systemOf = (authority: "account" | "admin", adminPassword = sonar.admin.password) =>
    systemFrom(
      {
        type: "http",
        recipe: "sonarqube",
        origin: sonar.url,
        allow_plain_http: true,
        authority,
        admin: { username: sonar.admin.username, password_env: "ADMIN" },
      },
      { ADMIN: adminPassword },
    );
  async function subject(authority: "account" | "admin" = "account") {
    const current = { username: `svc-${count++}`, password: FIRST };
    await sonar.addUser(current.username, current.password);
    const system = await systemOf(authority);
    const rig = rigFor(system, { usernames: [current.username] });
    return { system, current, rig, freshPassword: () => `Fresh &=+% ü password ${count++}` };
  }

  for (const authority of ["account", "admin"] as const) {
    const own = authority === "account" ? (["compares-current"] as const) : [];
    const features = ["passwords", "reconcile", ...own] as const;
    for (const { name, run } of systemContract(features, () => subject(authority)))
      test(`${authority}: ${name}`, run);

    test(`${authority}: ten rotations follow one another`, async () => {
      const { rig, current } = await subject(authority);
      let fields = current;
      for (let round = 0; round < 10; round += 1) ({ fields } = await rig.rotate(fields));
      expect(await sonar.login(current.username, fields.password)).toBe(true);
      expect(await sonar.login(current.username, FIRST)).toBe(false);
    });

    test(`${authority}: a lost answer is found by the next call, by another process too`, async () => {
      const { system, rig, current } = await subject(authority);
      const first = await rig.rotate(current);
      await rig.rotate(first.fields);
      for (const { rotate } of [rig, rigFor(system, { usernames: [current.username] })]) {
        const again = await rotate(first.fields);
        expect(again.outcome).toBe("replayed");
        expect(await sonar.login(current.username, again.fields.password)).toBe(true);
      }
    });
  }

  test("a deactivated account opens with no password, and nothing is reset", async () => {
    const { rig, current } = await subject();
    const { fields } = await rig.rotate(current);
    await sonar.deactivate(current.username);
    const repairing = rigFor(await systemOf("admin"), {
      usernames: [current.username],
      reconcile: true,
    });
    await expect(repairing.rotate(fields)).rejects.toMatchObject({ code: "out_of_sync" });
  });

  test("setting the password that is set already changes nothing", async () => {
    const { system, current } = await subject();
    const change = await system.change(current, current, stepContext());
    // SonarQube 9.9 fails inside, which proves nothing.
    const said = version.startsWith("9.") ? "ambiguous" : "rejected";
    expect(change).toMatchObject({ result: said });
    expect(await sonar.login(current.username, FIRST)).toBe(true);
  });

  test("a wrong admin credential is named, and nothing changes", async () => {
    const { current } = await subject();
    const system = await systemOf("admin", "wrong");
    const next = { ...current, password: "Next-password-1!" };
    expect(await system.change(current, next, stepContext())).toMatchObject({
      result: "refused",
      authority: "admin",
    });
    expect(await sonar.login(current.username, FIRST)).toBe(true);
  });

  test("an application goes on with the old password: the next call finds the lost answer", async () => {
    const { rig, current } = await subject();
    const first = await rig.rotate(current);
    await rig.rotate(first.fields);
    const ended = new AbortController();
    const application = (async () => {
      while (!ended.signal.aborted) {
        await sonar.login(current.username, first.fields.password);
        await sleep(200);
      }
    })();
    try {
      await sleep(1_000);
      expect((await rig.rotate(first.fields)).outcome).toBe("replayed");
    } finally {
      ended.abort();
      await application;
    }
  });

  test("tokens, by the strategy key-pair: ten rotations, and a lost answer", async () => {
    const { current } = await subject();
    const { username } = current;
    const system = await systemFrom(
      {
        type: "http",
        recipe: "sonarqube-token",
        origin: sonar.url,
        allow_plain_http: true,
        admin: { token_env: "TOKEN" },
      },
      { TOKEN: await sonar.token("admin", `rotator-${username}`) },
    );
    const password = await sonar.token(username, "by-hand");
    await rotateKeys(system, { username, password, key_name: "by-hand" });
  });
});

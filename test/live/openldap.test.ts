import { afterAll, beforeAll, describe, test } from "vitest";
import { systemContract } from "../../rotator/testing/contract.ts";
import { type OpenLdapHandle, startOpenLdap } from "../harness/products/openldap.ts";
import { exampleHook } from "./example-hook.ts";
import { LIVE_RUNS } from "./runs.ts";
import { sixSituations } from "./situations.ts";

let ldap: OpenLdapHandle;
let count = 0;

beforeAll(async () => {
  ldap = await startOpenLdap();
});
afterAll(async () => {
  await ldap?.stop();
});

const systemOf = exampleHook("openldap-hook.sh", () => ({
  LDAP_URL: ldap.url,
  LDAP_USER_DN: ldap.userDn,
  LDAP_ADMIN_DN: ldap.admin.dn,
}));

async function account() {
  const current = { username: `svc-${count++}`, password: "First-password-1!" };
  await ldap.addUser(current.username, current.password);
  return { system: await systemOf(ldap.admin.password), current };
}

describe("OpenLDAP with its password policy, by docs/examples/openldap-hook.sh", () => {
  const features = ["passwords", "compares-current", "policy", "reconcile"] as const;
  const subject = async () => ({
    ...(await account()),
    freshPassword: () => `Fre"sh'\\ $x \`id\` {SSHA}ü ${count++}!`,
    weakPassword: "short",
  });
  for (const { name, run } of systemContract(features, subject)) test(name, run);

  sixSituations(
    () => ({
      account,
      wrongAdmin: () => systemOf("wrong-password"),
      login: ({ username, password }) => ldap.login(username, password),
      lock: async (name) => {
        for (let failed = 0; failed < 5; failed += 1) await ldap.login(name, "wrong");
      },
      unlock: (name) => ldap.setLock(name, false).catch(() => {}),
      tighten: () => ldap.setMinimumLength(100),
      loosen: () => ldap.setMinimumLength(8),
    }),
    LIVE_RUNS.openldap,
  );
});

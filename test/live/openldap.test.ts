import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { systemContract } from "../../rotator/testing/contract.ts";
import { type OpenLdapHandle, startOpenLdap } from "../harness/products/openldap.ts";
import { systemFrom } from "../unit/rotator/systems/support.ts";
import { sixSituations } from "./situations.ts";

const script = new URL("../../docs/examples/openldap-hook.sh", import.meta.url).pathname;
let ldap: OpenLdapHandle;
let folder: string;
let count = 0;

beforeAll(async () => {
  ldap = await startOpenLdap();
  folder = await mkdtemp(join(tmpdir(), "openldap-"));
});
afterAll(async () => {
  await ldap?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function systemOf(adminPassword = ldap.admin.password) {
  const admin = join(folder, `admin-${count++}`);
  await writeFile(admin, adminPassword);
  return systemFrom({
    type: "command",
    command: script,
    environment: {
      LDAP_URL: ldap.url,
      LDAP_USER_DN: ldap.userDn,
      LDAP_ADMIN_DN: ldap.admin.dn,
    },
    secret_files: { admin },
    verbs: ["reconcile"],
  });
}

async function account() {
  const current = { username: `svc-${count++}`, password: "First-password-1!" };
  await ldap.addUser(current.username, current.password);
  return { system: await systemOf(), current };
}

describe("OpenLDAP with its password policy, by docs/examples/openldap-hook.sh", () => {
  const features = ["passwords", "compares-current", "policy", "reconcile"] as const;
  const subject = async () => ({
    ...(await account()),
    freshPassword: () => `Fre"sh'\\ $x \`id\` {SSHA}ü ${count++}!`,
    weakPassword: "short",
  });
  for (const { name, run } of systemContract(features, subject)) test(name, run);

  sixSituations(() => ({
    account,
    wrongAdmin: () => systemOf("wrong-password"),
    login: ({ username, password }) => ldap.login(username, password),
    lock: async (name) => {
      for (let failed = 0; failed < 5; failed += 1) await ldap.login(name, "wrong");
    },
    unlock: (name) => ldap.setLock(name, false).catch(() => {}),
    tighten: () => ldap.setMinimumLength(100),
    loosen: () => ldap.setMinimumLength(8),
  }));
});

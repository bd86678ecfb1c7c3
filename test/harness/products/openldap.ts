import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../free-port.ts";
import { launch } from "./server.ts";

const run = promisify(execFile);

/** A real OpenLDAP with a password policy that locks at five failed logins, from the package slapd. */
export interface OpenLdapHandle {
  readonly url: string;
  /** DN of the users, `%s` for the name. */
  readonly userDn: string;
  /** An administrator of the users. */
  readonly admin: { readonly dn: string; readonly password: string };
  addUser(name: string, password: string): Promise<void>;
  /** Sets or ends a user's lock. */
  setLock(name: string, locked: boolean): Promise<void>;
  setMinimumLength(length: number): Promise<void>;
  /** Whether a login works, as an application makes one. */
  login(name: string, password: string): Promise<boolean>;
  stop(): Promise<void>;
}

const SUFFIX = "dc=example,dc=com";
const ADMIN = { dn: `cn=root,${SUFFIX}`, password: "root-password" };
const POLICY = `cn=policy,${SUFFIX}`;

/** Starts a server on a free loopback port. */
export async function startOpenLdap(): Promise<OpenLdapHandle> {
  const url = `ldap://127.0.0.1:${await freePort()}`;
  const userDn = `uid=%s,${SUFFIX}`;
  const dnOf = (name: string) => userDn.replace("%s", name);
  const bind = (dn: string, password: string) => ["-x", "-H", url, "-D", dn, "-w", password];
  const login = async (dn: string, password: string) =>
    run("ldapwhoami", bind(dn, password)).then(
      () => true,
      () => false,
    );
  const server = await launch({
    name: "slapd",
    command: "/usr/sbin/slapd",
    prepare: async (directory) => {
      await mkdir(join(directory, "db"));
      await writeFile(join(directory, "slapd.conf"), configuration(directory));
    },
    arguments: (directory) => ["-h", url, "-f", join(directory, "slapd.conf"), "-d", "0"],
    isReady: () => login(ADMIN.dn, ADMIN.password),
  });
  let files = 0;
  const apply = async (ldif: string) => {
    files += 1;
    const file = join(server.directory, `${files}.ldif`);
    await writeFile(file, ldif);
    await run("ldapmodify", [...bind(ADMIN.dn, ADMIN.password), "-f", file]);
  };
  await apply(FIRST_ENTRIES);
  return {
    url,
    userDn,
    admin: ADMIN,
    addUser: (name, password) =>
      apply(`dn: ${dnOf(name)}
changetype: add
objectClass: inetOrgPerson
cn: ${name}
sn: ${name}
uid: ${name}
userPassword: ${password}
`),
    setLock: (name, locked) =>
      apply(`dn: ${dnOf(name)}
changetype: modify
${locked ? "replace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z" : "delete: pwdAccountLockedTime"}
`),
    setMinimumLength: (length) =>
      apply(`dn: ${POLICY}
changetype: modify
replace: pwdMinLength
pwdMinLength: ${length}
`),
    login: (name, password) => login(dnOf(name), password),
    stop: () => server.stop(),
  };
}

const configuration = (directory: string) => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
database mdb
suffix "${SUFFIX}"
rootdn "${ADMIN.dn}"
rootpw ${ADMIN.password}
directory ${directory}/db
overlay ppolicy
ppolicy_default "${POLICY}"
ppolicy_use_lockout
access to attrs=userPassword by self =xw by anonymous auth
access to * by self read by anonymous auth
`;

const FIRST_ENTRIES = `dn: ${SUFFIX}
changetype: add
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ${POLICY}
changetype: add
objectClass: person
objectClass: pwdPolicy
cn: policy
sn: policy
pwdAttribute: userPassword
pwdMaxFailure: 5
pwdLockout: TRUE
pwdCheckQuality: 2
pwdMinLength: 8
pwdInHistory: 3
pwdSafeModify: TRUE
`;

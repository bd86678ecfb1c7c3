import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv, promisify } from "node:util";
import { DOMParser } from "@xmldom/xmldom";
import ini from "ini";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { encodePassword } from "../../../../rotator/password/generation.ts";
import { narrowed } from "../../../../rotator/password/narrow.ts";
import { DEFAULT_PASSWORD_POLICY } from "../../../../rotator/password/policy.ts";

const require = createRequire(import.meta.url);
const pgpass: (
  to: Readonly<Record<string, unknown>>,
  found: (password: string | undefined) => void,
) => void = require("pgpass");
const { DN } = require("@ldapjs/dn") as {
  DN: {
    fromString(text: string): { toString(): string; shift(): { getValue(name: string): string } };
  };
};
const ldapFilter = require("@ldapjs/filter") as {
  parseString(text: string): { value: string };
};

/** Passwords of the default policy, each with every symbol at its beginning and its end too. */
function passwords(count: number): string[] {
  const policies = [0, 1, 2].map((attempt) => narrowed(DEFAULT_PASSWORD_POLICY, attempt));
  return Array.from({ length: count }, (_, index) => {
    let drawn = 0;
    const next = () => {
      drawn += 1;
      return createHash("sha256").update(`${index}/${drawn}`).digest().readUInt8(0);
    };
    return encodePassword(policies[index % 3] ?? DEFAULT_PASSWORD_POLICY, next);
  });
}

const MANY = passwords(600);
const EDGES = [...DEFAULT_PASSWORD_POLICY.allowed_symbols].flatMap((symbol) =>
  MANY.slice(0, 20).flatMap((password) => [
    `${symbol}${password}`,
    `${password}${symbol}`,
    `${symbol}${symbol}${password}`,
  ]),
);
const ALL = [...MANY, ...EDGES];

/** Texts as people write them, with the password as it is, and what a real parser reads there. */
const PLACES: [string, (password: string) => unknown][] = [
  ["a URL", (password) => new URL(`https://svc:${password}@host/path`).password],
  ["a URL's query", (password) => new URL(`https://host/?p=${password}`).searchParams.get("p")],
  ["a form", (password) => new URLSearchParams(`user=svc&p=${password}`).get("p")],
  [
    "a PostgreSQL URL",
    (password) =>
      new pg.Client({ connectionString: `postgresql://svc:${password}@host/db` }).password,
  ],
  ["an .env file", (password) => parseEnv(`A=1\nPASSWORD=${password}\nB=2\n`).PASSWORD],
  [
    "an INI file",
    (password) => ini.parse(`[db]\npassword = ${password}\nuser = svc\n`).db.password,
  ],
  ["YAML", (password) => parseYaml(`user: svc\npassword: ${password}\n`).password],
  [
    "an XML element",
    (password) =>
      new DOMParser().parseFromString(`<a><p>${password}</p></a>`, "text/xml").documentElement
        ?.textContent,
  ],
  [
    "an XML attribute",
    (password) =>
      new DOMParser()
        .parseFromString(`<a p="${password}"/>`, "text/xml")
        .documentElement?.getAttribute("p"),
  ],
  ["JSON", (password) => JSON.parse(`{"p":"${password}"}`).p],
  ["an LDAP name", (password) => DN.fromString(`cn=${password},dc=host`).shift().getValue("cn")],
  ["an LDAP filter", (password) => ldapFilter.parseString(`(description=${password})`).value],
];

describe("a password of the default policy needs no quoting in", () => {
  test.each(PLACES)("%s", (_place, read) => {
    for (const password of ALL) expect(read(password)).toBe(password);
  });

  test("each place that the reference page lists", async () => {
    const page = await readFile("docs/reference/symbols.md", "utf8");
    const listed = [...page.matchAll(/^\| (an? [^|]+|YAML|JSON) \|/gm)].map(([, place]) => place);
    const others = ["a .pgpass line", "a shell's command line"];
    expect(listed.toSorted()).toEqual([...PLACES.map(([place]) => place), ...others].toSorted());
  });

  test("a .pgpass line", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rotation-pgpass-"));
    const file = join(folder, "pgpass");
    const before = process.env.PGPASSFILE;
    process.env.PGPASSFILE = file;
    try {
      for (const password of ALL.slice(0, 60).concat(EDGES.slice(0, 20))) {
        await writeFile(file, `host:5432:db:svc:${password}\n`, { mode: 0o600 });
        const to = { host: "host", port: 5432, database: "db", user: "svc" };
        expect(await new Promise((found) => pgpass(to, found))).toBe(password);
      }
    } finally {
      if (before === undefined) delete process.env.PGPASSFILE;
      else process.env.PGPASSFILE = before;
      await rm(folder, { recursive: true });
    }
  });

  test("a shell's command line", async () => {
    // One shell for all: each password is a word of its own, without quotes.
    const script = `printf '%s\\n' ${ALL.join(" ")}`;
    const { stdout } = await promisify(execFile)("sh", ["-c", script]);
    expect(stdout.trimEnd().split("\n")).toEqual(ALL);
  });
});

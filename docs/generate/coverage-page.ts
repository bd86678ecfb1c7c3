import { readFileSync } from "node:fs";
import type { Attribute } from "../../stacks/attributes/attribute.ts";
import { SECRET_ATTRIBUTES, TARGET_ATTRIBUTES } from "../../stacks/attributes/attributes.ts";
import { code, table } from "./markdown.ts";
import { exportsOf, type Member, propertiesOf } from "./source.ts";

const PAGE = new URL("../reference/coverage.md", import.meta.url);
const FILES = [
  "custom-rotated-secret-props",
  "web-target",
  "rotation-schedule",
  "password-policy",
  "secure-remote-access",
];

/** docs/reference/coverage.md: the two tables of attributes are made here, the rest is written by hand. */
export function coveragePage(): string {
  const page = readFileSync(PAGE, "utf8");
  const names = {
    "Custom rotated secret": [
      ["name", "name", "name", "name"],
      ["custom-payload", "custom-payload", "custom_payload", "payload"],
    ],
    "Web Target": [["name", "name", "name", "name"]],
  };
  const secret = rowsOf(
    SECRET_ATTRIBUTES,
    "CustomRotatedSecretProps",
    names["Custom rotated secret"],
  );
  const target = rowsOf(TARGET_ATTRIBUTES, "WebTargetProps", names["Web Target"]);
  return replaced(replaced(page, "Custom rotated secret", secret), "Web Target", target);
}

function rowsOf(
  attributes: readonly Attribute<never>[],
  owner: string,
  names: readonly string[][],
): string {
  const members = membersOf();
  const rows = [
    ...names.map(([cli = "", field = "", attribute = "", property = ""]) => [
      code(`--${cli}`),
      code(field),
      code(attribute),
      `${owner}.${property}`,
    ]),
    ...attributes.map(({ cli, field, type, name, since, property }) => [
      cli === null ? "none known" : code(cli),
      code(field),
      type === null ? "none: out of state only" : code(name) + (since ? ` (${since})` : ""),
      property.includes(".") ? property : `${owner}.${property}`,
    ]),
  ];
  return table(
    ["CLI flag", "API field", "Provider attribute", "Property", "Default"],
    rows.map(([cli = "", field = "", attribute = "", property = ""]) => {
      const member = members.get(property);
      if (member === undefined) throw new Error(`no interface declares ${property}`);
      return [cli, field, attribute, code(property), member.optional ? member.default : "required"];
    }),
  );
}

/** Every documented property by `Interface.property`. */
function membersOf(): ReadonlyMap<string, Member> {
  return new Map(
    FILES.flatMap((file) =>
      exportsOf(`stacks/constructs/${file}.ts`).flatMap((exported) =>
        propertiesOf(exported).map((member): [string, Member] => [
          `${exported.name}.${member.name}`,
          member,
        ]),
      ),
    ),
  );
}

/** The page with another table below a heading. */
function replaced(page: string, heading: string, rows: string): string {
  const start = page.indexOf(`## ${heading}\n`);
  const end = page.indexOf("\n## ", start + 1);
  return `${page.slice(0, start)}## ${heading}\n\n${rows}\n${page.slice(end)}`;
}

import {
  type JsonSchema,
  listSettings,
  rotatorJsonSchema,
  variableOf,
} from "../../rotator/config/settings.ts";
import { code, GENERATED, table } from "./markdown.ts";

/** docs/reference/rotator-configuration.md, from the schema of rotator.yaml. */
export function configurationPage(): string {
  const schema = rotatorJsonSchema();
  const sections = Object.entries(schema.properties ?? {}).map(([name, section]) =>
    [
      `## ${name}`,
      // The table of a list or a map begins with the same sentence.
      ...(section.description && section.properties ? [section.description] : []),
      ...(name === "systems"
        ? systemSections(section)
        : [settingsTable(rows([name], section, schema.required?.includes(name) ?? false))]),
    ].join("\n\n"),
  );
  return `${[INTRODUCTION, ...sections].join("\n\n")}\n`;
}

const INTRODUCTION = `# Configuration of the rotator

${GENERATED}

\`rotation-kit serve --config rotator.yaml\` reads one YAML (or JSON) file. An unknown setting is an
error, and the rotator lists all errors of the file together. \`serve --check\` prints the effective settings with secrets
hidden; \`serve --check --probe\` also connects to Akeyless and to each system. A JSON Schema for
editors is [rotator.schema.json](rotator.schema.json).

Each setting that has a variable below can also come from the environment:

- \`ROTATOR_LISTEN_PORT=9443\` sets \`listen.port\` and overrides the file.
- \`ROTATOR_LISTEN_PORT_FILE=/run/secrets/port\` reads the value from a file; a relative path
  starts at the working directory.
- Separate lists of names by commas: \`ROTATOR_AKEYLESS_ACCESS_IDS=p-1,p-2\`.
- Maps are YAML or JSON: \`ROTATOR_ITEMS_FILE=/etc/rotator/items.yaml\`.
- A variable that begins with \`ROTATOR_\` and belongs to no setting is an error, except for those
  that Kubernetes makes for Services called \`rotator\` or \`rotator-…\`.

Relative paths start at the directory of the file, or at the working directory if there is no file. The rotator reads keys
at its start, its own certificate again when it changes, and the certificates, client keys and secrets of systems at each
use, so you can renew them while it runs.`;

interface Row {
  readonly path: string;
  readonly variable: string;
  readonly allowed: string;
  readonly initial: string;
  readonly description: string;
}

const VARIABLES = new Set(listSettings().map(({ variable }) => variable));

function rows(path: readonly string[], schema: JsonSchema, required: boolean): Row[] {
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([name, inner]) =>
      rows([...path, name], inner, schema.required?.includes(name) ?? false),
    );
  }
  const variable = variableOf(path);
  const own: Row = {
    path: path.join("."),
    variable: VARIABLES.has(variable) ? variable : "",
    allowed: allowedBy(schema),
    initial:
      schema.default === undefined ? presence(required) : code(JSON.stringify(schema.default)),
    description: schema.description ?? "",
  };
  const entry = schema.items ?? schema.additionalProperties;
  if (typeof entry !== "object" || entry.properties === undefined) return [own];
  const name = path.at(-1) ?? "";
  const place =
    schema.items === undefined ? [...path, "<name>"] : [...path.slice(0, -1), `${name}[]`];
  return [own, ...rows(place, entry, true)];
}

function presence(required: boolean): string {
  return required ? "required" : "optional";
}

function settingsTable(list: readonly Row[]): string {
  return table(
    ["Setting", "Variable", "Value", "Default", "Meaning"],
    list.map(({ path, variable, allowed, initial, description }) => [
      code(path),
      code(variable),
      allowed,
      initial,
      description,
    ]),
  );
}

function systemSections(section: JsonSchema): string[] {
  const { additionalProperties: system } = section;
  const kinds = typeof system === "object" ? (system.oneOf ?? system.anyOf ?? []) : [];
  return [
    `The whole map can come from ${code(variableOf(["systems"]))}.`,
    ...kinds.flatMap((kind) => [
      `### type: ${String(kind.properties?.type?.const)}`,
      table(
        ["Setting", "Value", "Default", "Meaning"],
        rows([], kind, true).map(({ path, allowed, initial, description }) => [
          code(path),
          allowed,
          initial,
          description,
        ]),
      ),
    ]),
  ];
}

/** What may be there, in a few words. */
function allowedBy(schema: JsonSchema): string {
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(", ");
  if (schema.type === "integer") return `${schema.minimum} to ${schema.maximum}`;
  if (schema.type === "array") {
    return schema.items?.type === "string" ? "list of text" : "list";
  }
  if (schema.type === "object") return "map";
  if (schema.type === "boolean") return "true, false";
  if (schema.type === "string") return "text";
  const kinds = (schema.anyOf ?? schema.oneOf ?? []).map((kind) => kind.type ?? "value");
  return [...new Set(kinds)].map((kind) => (kind === "string" ? "text" : kind)).join(" or ");
}

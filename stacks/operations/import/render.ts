import { path } from "../attribute-values.ts";
import { targetNames } from "../attributes.ts";
import type { Target } from "../gateway/item.ts";
import { literal, object } from "./expression.ts";
import { Identifiers } from "./identifiers.ts";
import type { Existing, ExistingSecret } from "./read.ts";
import { importSecret, importSettings } from "./secret.ts";

/** What {@link renderImport} needs to know besides what exists. */
export interface RenderOptions {
  /** The path that was read. */
  readonly below: string;
  /** From where the code imports the kit, for example "./constructs/index.ts". */
  readonly module: string;
}

/** Catalog code that declares everything that exists and takes it over, item by item. */
export function renderImport({ targets, secrets }: Existing, options: RenderOptions): string {
  const identifiers = new Identifiers();
  const uses = new Set(["applySettings"]);
  const constants = new Map<string, string>();
  const declarations = [
    ...targets.map((target) => {
      const { id, constant } = identifiers.of(target.target.target_name, options.below);
      constants.set(path.canonical(target.target.target_name) ?? "", constant);
      uses.add("WebTarget");
      return renderTarget(target, id, constant);
    }),
    ...secrets.map((secret) => {
      const { id, constant } = identifiers.of(secret.item.item_name, options.below);
      const target = constants.get(path.canonical(targetNames(secret.item)[0]) ?? "");
      return renderSecret(secret, { id, constant, target, uses });
    }),
  ];
  return `import { Construct } from "constructs";
import {
${[...uses]
  .sort((a, b) => a.localeCompare(b))
  .map((name) => `  ${name},\n`)
  .join("")}} from ${JSON.stringify(options.module)};

/**
 * What \`rotation-kit import --path ${options.below.replaceAll("*/", "")}\` found: call this from
 * \`declare\` in catalog.ts. The first plan imports each item and target; the next one is empty.
 */
export function declareImported(stack: Construct): void {
  const scope = new Construct(stack, "imported");
  // What is live keeps its meaning, whatever the environment's settings are.
  applySettings(scope, ${object(importSettings(secrets[0]?.item))});

${declarations.join("\n\n")}
}
`;
}

function renderTarget({ value, target }: Target, id: string, constant: string): string {
  const props = {
    name: target.target_name,
    url: value?.web_target_details?.url ?? "",
    description: target.comment || undefined,
    key: target.protection_key_name || undefined,
    adoptExisting: true,
  };
  return `  const ${constant} = new WebTarget(scope, ${JSON.stringify(id)}, ${object(props)});`;
}

function renderSecret(
  { item, account }: ExistingSecret,
  place: { id: string; constant: string; target: string | undefined; uses: Set<string> },
): string {
  const found = importSecret(item, account);
  const { schedule, passwordPolicy, secureRemoteAccess } = found.values;
  for (const expression of [schedule, passwordPolicy, secureRemoteAccess]) {
    for (const name of expression?.uses ?? []) place.uses.add(name);
  }
  place.uses.add("CustomRotatedSecret").add("RotationPayload");
  const targetName = targetNames(item)[0] ?? "";
  const props = [
    ...Object.entries(found.plain).map(([name, value]) => `${name}: ${literal(value).code}`),
    `target: ${place.target ?? `WebTarget.fromName(scope, ${JSON.stringify(`${place.id}-target`)}, ${JSON.stringify(targetName)})`}`,
    `payload: new RotationPayload(${object({ ...found.account })})`,
    `schedule: ${schedule.code}`,
    ...(passwordPolicy ? [`passwordPolicy: ${passwordPolicy.code}`] : []),
    ...(secureRemoteAccess ? [`secureRemoteAccess: ${secureRemoteAccess.code}`] : []),
  ];
  const comments = [
    ...(account ? [] : ["Its payload was not read: name the system and the username."]),
    ...(found.lost.length > 0 ? [`Not declared, because the provider lacks it: ${found.lost.join(", ")}.`] : []),
    ...(found.overrides.length > 0 ? ["What no property expresses is set as it is."] : []),
  ];
  const named = found.overrides.length > 0 ? `const ${place.constant} = ` : "";
  return [
    ...comments.map((comment) => `  // ${comment}`),
    `  ${named}new CustomRotatedSecret(scope, ${JSON.stringify(place.id)}, {`,
    ...props.map((prop) => `    ${prop},`),
    "  });",
    ...found.overrides.map(
      ([name, value]) =>
        `  ${place.constant}.resource.addOverride(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
    ),
  ].join("\n");
}

import { path } from "../../attributes/kinds.ts";
import type { Realisation } from "../../constructs/index.ts";
import { type Target, targetNames } from "../../gateway/item.ts";
import { code, object } from "./expression.ts";
import { Identifiers } from "./identifiers.ts";
import type { Existing, ExistingSecret } from "./read.ts";
import { importSecret, importSettings, type SecretImport } from "./secret.ts";
import { importTarget } from "./target.ts";

/** Where something stands in the code. */
interface Place {
  /** Id in the construct tree. */
  readonly id: string;
  /** Name of the constant, where it needs one. */
  readonly constant: string;
}

/** What {@link renderImport} needs to know besides what exists. */
export interface RenderOptions {
  /** The path that was read. */
  readonly below: string;
  /** From where the code imports the kit, for example "./constructs/index.ts". */
  readonly module: string;
  /** How the items are realised from now on. */
  readonly realisation: Realisation;
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
      return renderTarget(target, { id, constant }, options.realisation);
    }),
    ...secrets.map((secret) => {
      const { id, constant } = identifiers.of(secret.item.item_name, options.below);
      const target = constants.get(path.canonical(targetNames(secret.item)[0]) ?? "");
      const found = importSecret(secret.item, options.realisation, secret.account);
      return renderSecret(secret, found, { id, constant, target, uses });
    }),
  ];
  return `import { Construct } from "constructs";
import {
${[...uses]
  .sort((a, b) => a.localeCompare(b))
  .map((name) => `  ${name},\n`)
  .join("")}} from ${code(options.module)};

/**
 * What \`rotation-kit import --path ${options.below.replaceAll("*/", "")}\` found: call this from
 * \`declare\` in catalog.ts. The first plan imports each item and target; the next one is empty.
 */
export function declareImported(stack: Construct): void {
  const scope = new Construct(stack, "imported");
  // What is live keeps its meaning, whatever the environment's settings are.
  applySettings(scope, ${object(importSettings(secrets[0]?.item, options.realisation))});

${declarations.join("\n\n")}
}
`;
}

function renderTarget(target: Target, place: Place, realisation: Realisation): string {
  const { props, urlOverride, comment } = importTarget(target, realisation);
  return [
    ...(comment ? [`  // ${comment}`] : []),
    `  const ${place.constant} = new WebTarget(scope, ${code(place.id)}, ${object(props)});`,
    ...(urlOverride ? [override(place, "url", urlOverride)] : []),
  ].join("\n");
}

const override = ({ constant }: Place, attribute: string, value: unknown) =>
  `  ${constant}.resource.addOverride(${code(attribute)}, ${code(value)});`;

function renderSecret(
  { item, account }: ExistingSecret,
  found: SecretImport,
  place: Place & { readonly target: string | undefined; readonly uses: Set<string> },
): string {
  const { schedule, passwordPolicy, secureRemoteAccess } = found.values;
  for (const expression of [schedule, passwordPolicy, secureRemoteAccess]) {
    for (const name of expression?.uses ?? []) place.uses.add(name);
  }
  place.uses.add("CustomRotatedSecret").add("RotationPayload");
  const targetName = targetNames(item)[0] ?? "";
  const props = [
    ...Object.entries(found.plain).map(([name, value]) => `${name}: ${code(value)}`),
    `target: ${place.target ?? `WebTarget.fromName(scope, ${code(`${place.id}-target`)}, ${code(targetName)})`}`,
    `payload: new RotationPayload(${object(found.account)})`,
    `schedule: ${schedule.code}`,
    ...(passwordPolicy ? [`passwordPolicy: ${passwordPolicy.code}`] : []),
    ...(secureRemoteAccess ? [`secureRemoteAccess: ${secureRemoteAccess.code}`] : []),
  ];
  const comments = [
    ...(account ? [] : ["Its payload was not read: name the system and the username."]),
    ...(found.lost.length > 0
      ? [`Live, but cannot be declared this way: ${found.lost.join(", ")}.`]
      : []),
    ...(found.overrides.length > 0 ? ["What no property expresses is set as it is."] : []),
  ];
  const named = found.overrides.length > 0 ? `const ${place.constant} = ` : "";
  return [
    ...comments.map((comment) => `  // ${comment}`),
    `  ${named}new CustomRotatedSecret(scope, ${code(place.id)}, {`,
    ...props.map((prop) => `    ${prop},`),
    "  });",
    ...found.overrides.map(([name, value]) => override(place, name, value)),
  ].join("\n");
}

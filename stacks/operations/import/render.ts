import { KitError } from "../../../common/errors/kit-error.ts";
import { type Target, targetNames } from "../../attributes/item.ts";
import { path } from "../../attributes/kinds.ts";
import type { Realisation } from "../../constructs/index.ts";
import { inCode, object } from "./expression.ts";
import { Identifiers } from "./identifiers.ts";
import type { Existing, ExistingSecret, Unreadable } from "./read.ts";
import { importSecret, importSettings, type SecretImport } from "./secret.ts";
import { importTarget } from "./target.ts";

/** Where something is in the code. */
interface Place {
  /** Id in the construct tree. */
  readonly id: string;
  /** Name of the constant, where it needs one. */
  readonly constant: string;
}

/** What is waived for things as they are. */
export interface ImportWaivers {
  /** Rules by the name of the item or target. */
  readonly rules: ReadonlyMap<string, readonly string[]>;
  /** Last day, for example 2026-12-31. */
  readonly until: string;
  readonly owner: string;
}

/** What {@link renderImport} needs to know besides what exists. */
export interface RenderOptions {
  /** The paths that were read. */
  readonly below: readonly string[];
  /** Absent: nothing is waived. */
  readonly waivers?: ImportWaivers | undefined;
  /** From where the code imports the kit, for example "./constructs/index.ts". */
  readonly module: string;
  /** How the items are managed from now on. */
  readonly realisation: Realisation;
}

/**
 * Parts what can be declared from what the constructs refuse, such as a name that nobody could
 * type: one odd object does not keep the others from being imported.
 */
export function declarable(
  existing: Existing,
  { realisation }: Pick<RenderOptions, "realisation">,
): Existing {
  const refused: Unreadable[] = [];
  const tried = (name: string, attempt: () => unknown) => {
    try {
      attempt();
      return true;
    } catch (error) {
      if (!(error instanceof KitError)) throw error;
      refused.push({ name, error });
      return false;
    }
  };
  const targets = existing.targets.filter((target) =>
    tried(target.target.target_name, () => importTarget(target, realisation)),
  );
  const secrets = existing.secrets.filter(({ item, account }) =>
    tried(item.item_name, () => importSecret(item, realisation, account)),
  );
  return { targets, secrets, unreadable: [...existing.unreadable, ...refused] };
}

/** Catalog code that declares everything that exists and takes it over, item by item. */
export function renderImport(
  { targets, secrets }: Pick<Existing, "targets" | "secrets">,
  options: RenderOptions,
): string {
  const identifiers = new Identifiers();
  const uses = new Set(["applySettings"]);
  const constants = new Map<string, string>();
  const declarations = [
    ...targets.map((target) => {
      const { id, constant } = identifiers.of(target.target.target_name, options.below);
      constants.set(path.canonical(target.target.target_name) ?? "", constant);
      uses.add("WebTarget");
      const waivers = renderWaivers(target.target.target_name, constant, options, uses);
      return [renderTarget(target, { id, constant }, options.realisation), ...waivers].join("\n");
    }),
    ...secrets.map((secret) => {
      const { id, constant } = identifiers.of(secret.item.item_name, options.below);
      const target = constants.get(path.canonical(targetNames(secret.item)[0]) ?? "");
      const found = importSecret(secret.item, options.realisation, secret.account);
      const waivers = renderWaivers(secret.item.item_name, constant, options, uses);
      const named = waivers.length > 0;
      const place = { id, constant, target, uses, named };
      return [renderSecret(secret, found, place), ...waivers].join("\n");
    }),
  ];
  return `import { Construct } from "constructs";
import {
${[...uses]
  .sort((a, b) => a.localeCompare(b))
  .map((name) => `  ${name},\n`)
  .join("")}} from ${inCode(options.module)};

/**
 * What \`rotation-kit import --path ${options.below.join(" ").replaceAll("*/", "")}\` found: call this from
 * \`declare\` in catalog.ts. The first plan imports each item and target; the next one is empty.
 */
export function declareImported(stack: Construct, id = "imported"): void {
  const scope = new Construct(stack, id);
  // What is live keeps its meaning, whatever the environment's settings are.
  applySettings(scope, ${object(importSettings(secrets[0]?.item, options.realisation))});

${declarations.join("\n\n")}
}
`;
}

function renderWaivers(
  name: string,
  constant: string,
  { waivers }: RenderOptions,
  uses: Set<string>,
): string[] {
  const rules = waivers?.rules.get(name) ?? [];
  if (waivers === undefined || rules.length === 0) return [];
  uses.add("waive");
  const { until, owner } = waivers;
  const props = object({ reason: "as it was when it was imported", until, owner });
  return rules.map((rule) => `  waive(${constant}, ${inCode(rule)}, ${props});`);
}

function renderTarget(target: Target, place: Place, realisation: Realisation): string {
  const { props, urlOverride, comment } = importTarget(target, realisation);
  return [
    ...(comment ? [`  // ${comment}`] : []),
    `  const ${place.constant} = new WebTarget(scope, ${inCode(place.id)}, ${object(props)});`,
    ...(urlOverride ? [override(place, "url", urlOverride)] : []),
  ].join("\n");
}

const override = ({ constant }: Place, attribute: string, value: unknown) =>
  `  ${constant}.resource.addOverride(${inCode(attribute)}, ${inCode(value)});`;

function renderSecret(
  { item, account }: ExistingSecret,
  found: SecretImport,
  place: Place & {
    readonly target: string | undefined;
    readonly uses: Set<string>;
    /** Whether something besides needs its constant. */
    readonly named: boolean;
  },
): string {
  const { schedule, passwordPolicy, secureRemoteAccess } = found.values;
  for (const expression of [schedule, passwordPolicy, secureRemoteAccess]) {
    for (const name of expression?.uses ?? []) place.uses.add(name);
  }
  place.uses.add("CustomRotatedSecret").add("RotationPayload");
  const targetName = targetNames(item)[0] ?? "";
  if (place.target === undefined) place.uses.add("WebTarget");
  const props = [
    ...Object.entries(found.plain).map(([name, value]) => `${name}: ${inCode(value)}`),
    `target: ${place.target ?? `WebTarget.fromName(scope, ${inCode(`${place.id}-target`)}, ${inCode(targetName)})`}`,
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
  const named = place.named || found.overrides.length > 0 ? `const ${place.constant} = ` : "";
  return [
    ...comments.map((comment) => `  // ${comment}`),
    `  ${named}new CustomRotatedSecret(scope, ${inCode(place.id)}, {`,
    ...props.map((prop) => `    ${prop},`),
    "  });",
    ...found.overrides.map(([name, value]) => override(place, name, value)),
  ].join("\n");
}

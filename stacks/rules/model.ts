import { itemPath } from "../../common/item-path.ts";
import type { PayloadFacts } from "./evidence/payload.ts";

/** A value that only Terraform knows, or that nobody knows before the apply. */
export const UNKNOWN: unique symbol = Symbol("unknown");
/** A value that is known but must never be shown, and that no rule may look into. */
export const SENSITIVE: unique symbol = Symbol("sensitive");

/** An attribute's value as a rule sees it. `undefined` (a missing key) means: not declared. */
export type Value =
  | null
  | boolean
  | number
  | string
  | typeof UNKNOWN
  | typeof SENSITIVE
  | readonly Value[]
  | { readonly [key: string]: Value };

/** Attributes in the provider's spelling (snake_case). */
export type Attributes = Readonly<Record<string, Value>>;

/**
 * What happens to a resource. `declared`: nothing is known but the declaration (synth); the others
 * come from a plan, where `none` is a resource that stays as it is.
 */
export type PlannedChange =
  | "declared"
  | "none"
  | "create"
  | "update"
  | "replace"
  | "delete"
  | "forget";

/** One resource, as code declares it or as a plan changes it. Never holds a payload's values. */
export interface Resource {
  /** Terraform's address, for example `akeyless_target_web.rotator`. */
  readonly address: string;
  /** Terraform's type. */
  readonly type: string;
  /** Path of the construct, where known. */
  readonly path?: string;
  readonly change: PlannedChange;
  /** After the change; empty for a resource that goes away. `custom_payload` is not among them. */
  readonly attributes: Attributes;
  /** Before the change; absent for a new resource and at synth. */
  readonly before?: Attributes;
  /** What may be known of `custom_payload`; absent where the attribute is not set. */
  readonly payload?: PayloadFacts;
  readonly payloadBefore?: PayloadFacts;
  /** Whether the stored payload changed outside Terraform since the last apply. */
  readonly payloadDrifted?: boolean;
  /**
   * Why Terraform replaces it, where the plan tells: `tainted`, `requested` (`-replace`), `triggered`
   * (`replace_triggered_by`), or the attributes that cannot change in place.
   */
  readonly replacedBecause?: "tainted" | "requested" | "triggered" | readonly string[];
  /** Attributes under `lifecycle.ignore_changes`; absent where that is not known (a plan). */
  readonly ignoresChanges?: readonly string[];
  /** Per attribute, the addresses of the resources that it refers to. */
  readonly references: Readonly<Record<string, readonly string[]>>;
  /** Unit in which the gateway counts `rotation_interval`. Default: days. */
  readonly intervalUnit?: "days" | "minutes";
  /** Whether the same deploy rotates the secret once, to prove that rotation works. */
  readonly rotationChecked?: boolean;
  /** Whether the declaration leaves that check out (`check: false`). */
  readonly checkLeftOut?: boolean;
  /**
   * Whether the code still takes the item over (`adoptExisting`, an import block): `declared` at
   * synth, `adopting` in the plan that does it, `done` in a later one.
   */
  readonly adoption?: "declared" | "adopting" | "done";
  /** Whether its Secure Remote Access is declared, but not switched on yet; it is judged as if it were. */
  readonly accessStaged?: boolean;
  /** Whether the item lives in Terraform's state, and with it the password. Default: it does. */
  readonly outOfState?: boolean;
}

/** One use of the Akeyless provider. */
export interface ProviderUse {
  /** Its address: `akeyless`, or `akeyless.<alias>`. */
  readonly address: string;
  readonly path?: string;
  /** The version constraint of the configuration. */
  readonly version?: string;
  /** The gateway's API address; absent: from the environment. */
  readonly gateway?: Value;
  /** The gateway's address at the last apply, where a plan knows it. */
  readonly gatewayBefore?: Value;
  /**
   * Arguments of login blocks that hold a secret in clear, for example `api_key_login.access_key`:
   * their names, never their values. Absent: none.
   */
  readonly secretsInClear?: readonly string[];
}

/** Where Terraform keeps the state. */
export interface Backend {
  /** As Terraform calls it, for example `s3`, or `local`. */
  readonly type: string;
  /** Path of the construct, where there is one. */
  readonly path?: string;
  /** Its arguments; credentials among them are not shown. */
  readonly attributes: Attributes;
}

/** Everything that rules look at: one stack, or one plan. */
export interface Deployment {
  readonly resources: readonly Resource[];
  readonly providers: readonly ProviderUse[];
  /** Absent where it is not known, as in a plan. */
  readonly backend?: Backend;
}

/** Terraform's type of a custom rotated secret. */
export const SECRET_TYPE = "akeyless_rotated_secret_custom";
/** Terraform's type of a Web Target. */
export const TARGET_TYPE = "akeyless_target_web";

/** Every rule asks the same, and a deployment never changes. */
function once<Answer>(
  find: (deployment: Deployment) => Answer,
): (deployment: Deployment) => Answer {
  const known = new WeakMap<Deployment, { readonly answer: Answer }>();
  return (deployment) => {
    const before = known.get(deployment);
    if (before !== undefined) return before.answer;
    const answer = find(deployment);
    known.set(deployment, { answer });
    return answer;
  };
}

const staysOfType = (type: string) =>
  once((deployment): readonly Resource[] =>
    deployment.resources.filter(
      ({ type: one, change }) => one === type && change !== "delete" && change !== "forget",
    ),
  );

/** The secrets that exist after the change. */
export const secretsOf = staysOfType(SECRET_TYPE);
/** The Web Targets that exist after the change. */
export const targetsOf = staysOfType(TARGET_TYPE);

/** Each Web Target with the secrets that stay and point at it, by reference or by name. */
export const secretsByTarget = once(
  (deployment: Deployment): ReadonlyMap<Resource, readonly Resource[]> => {
    const targets = deployment.resources.filter(({ type }) => type === TARGET_TYPE);
    const byAddress = new Map(targets.map((target) => [target.address, target]));
    const byName = new Map<string, Resource>();
    for (const target of targets) {
      for (const name of [target.before?.name, target.attributes.name]) {
        if (typeof name === "string") byName.set(itemPath(name), target);
      }
    }
    const result = new Map<Resource, Resource[]>(targets.map((target) => [target, []]));
    for (const secret of secretsOf(deployment)) {
      const name = secret.attributes.target_name;
      const target =
        (secret.references.target_name ?? [])
          .map((address) => byAddress.get(address))
          .find(Boolean) ?? (typeof name === "string" ? byName.get(itemPath(name)) : undefined);
      if (target !== undefined) result.get(target)?.push(secret);
    }
    return result;
  },
);

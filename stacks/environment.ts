import type { TerraformBackend, TerraformStack } from "cdktf";
import * as z from "zod";
import type { EnvironmentVariables } from "../common/environment-variables.ts";
import type {
  GatewayLogin,
  IntervalUnit,
  Realisation,
  RotatorConfiguration,
  SecureRemoteAccessStage,
} from "./constructs/index.ts";
import { DeclarationError } from "./constructs/index.ts";
import type { RulePolicy } from "./rules/policy.ts";

/**
 * What differs from one environment to the next; the catalog is the same for all of them. Extend it
 * with fields of your own: `interface Ours extends Environment { readonly team: string }`, and
 * `stack.environment.team` is typed in the catalog.
 */
export interface Environment {
  /** The gateway's API address. @default - AKEYLESS_GATEWAY when Terraform runs */
  readonly gatewayAddress?: string | undefined;
  /** How Terraform logs in. @default - AKEYLESS_ACCESS_ID and AKEYLESS_ACCESS_KEY when it runs */
  readonly login?: GatewayLogin | undefined;
  /** Where the gateway finds the rotator. */
  readonly rotatorUrl: string;
  /**
   * What that rotator accepts, `RotatorConfiguration.fromFile("rotator.yaml")`: a declaration that
   * it would refuse then fails at synth. @default - not checked before the deploy
   */
  readonly rotator?: RotatorConfiguration | undefined;
  /** Unit in which this gateway counts intervals; the documentation says days. */
  readonly intervalUnit: IntervalUnit;
  /** Whether Secure Remote Access is on: first prove rotation, then enable it. */
  readonly secureRemoteAccess: SecureRemoteAccessStage;
  /** Whether items refuse to be deleted. */
  readonly deleteProtection: boolean;
  /**
   * Rules that do not apply in this environment, each with the reason; for all environments they
   * are in rules.yaml. @default - none
   */
  readonly rulesOff?: RulePolicy["off"] | undefined;
  /**
   * Whether Terraform's state holds the items, and with them live passwords, or steps of the kit
   * manage them (docs/guides/out-of-state.md). @default "provider"
   */
  readonly realisation?: Realisation | undefined;
  /**
   * The command that starts `rotation-kit` where Terraform applies.
   * @default - the kit that is installed above the folder of the stack, else on the PATH; in a checkout of the kit, its source
   */
  readonly kitCommand?: readonly string[] | undefined;
  /** Tags for every item of the environment. @default - none */
  readonly tags?: readonly string[] | undefined;
  /**
   * Where the state is kept. It holds live passwords in clear, so use an encrypted backend with
   * few readers: `(stack) => new S3Backend(stack, { bucket, key, encrypt: true })`.
   * @default - a file beside the code, with a warning at synth
   */
  readonly backend?: ((stack: TerraformStack) => TerraformBackend) | undefined;
}

/**
 * Environment variables that change a deployment without a change of code. The overriding ones
 * need ROTATION_ENVIRONMENT, so that a forgotten one cannot redirect another environment.
 */
const processEnvironment = z.object({
  /** Name of the environment to synthesize, several separated by commas, or `all`. */
  ROTATION_ENVIRONMENT: z.string().min(1).optional(),
  /** The rotator's address instead of the declared one. */
  ROTATOR_URL: z
    .url("give an address such as https://rotator.internal.example.com/rotate")
    .optional(),
  /** `staged` or `enabled` instead of the declared stage of Secure Remote Access. */
  SRA_STAGE: z.enum(["staged", "enabled"], "give staged or enabled").optional(),
  /** `days` or `minutes` instead of the declared unit. */
  ROTATION_INTERVAL_UNIT: z.enum(["days", "minutes"], "give days or minutes").optional(),
});

/** An environment whose overridable fields may have another value than the declared one. */
export type SelectedEnvironment<E extends Environment> = E extends unknown
  ? Omit<E, Overridable> & Pick<Environment, Overridable>
  : never;

type Overridable = "rotatorUrl" | "secureRemoteAccess" | "intervalUnit";

/**
 * The environments to synthesize, by name, as environment variables choose and override them:
 * `ROTATION_ENVIRONMENT` names one, several separated by commas, or `all`; `ROTATOR_URL`,
 * `SRA_STAGE` (`staged`, `enabled`) and `ROTATION_INTERVAL_UNIT` (`days`, `minutes`) change the one
 * that is named.
 *
 * @param declared every environment, by name
 * @param fallback the one that is meant without `ROTATION_ENVIRONMENT`
 * @param env `process.env`
 * @throws DeclarationError `invalid_environment`, naming the variable, its value and what is allowed
 */
export function selectEnvironments<Name extends string, E extends Environment>(
  declared: Readonly<Record<Name, E>>,
  fallback: NoInfer<Name>,
  env: EnvironmentVariables,
): [name: Name, environment: SelectedEnvironment<E>][] {
  const parsed = processEnvironment.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0]);
    throw refusal(`${name} is ${JSON.stringify(env[name])}: ${issue?.message}`);
  }
  const { ROTATION_ENVIRONMENT: selection, ...overrides } = parsed.data;
  const names = selected(declared, fallback, selection);
  const override = Object.entries(overrides).find(([, value]) => value !== undefined);
  if (override && (selection === undefined || names.length > 1)) {
    throw refusal(
      `${override[0]} is set, but it is not clear for which environment: set ROTATION_ENVIRONMENT to one of ${Object.keys(declared).join(", ")}, or unset ${override[0]}`,
    );
  }
  return names.map((name) => [name, overridden(declared[name], overrides)]);
}

function overridden<E extends Environment>(
  environment: E,
  given: Omit<z.output<typeof processEnvironment>, "ROTATION_ENVIRONMENT">,
): SelectedEnvironment<E> {
  const changed: Environment = {
    ...environment,
    rotatorUrl: given.ROTATOR_URL ?? environment.rotatorUrl,
    secureRemoteAccess: given.SRA_STAGE ?? environment.secureRemoteAccess,
    intervalUnit: given.ROTATION_INTERVAL_UNIT ?? environment.intervalUnit,
  };
  return changed as SelectedEnvironment<E>;
}

function selected<Name extends string>(
  declared: Readonly<Record<Name, Environment>>,
  fallback: Name,
  selection: string | undefined,
): Name[] {
  const all = Object.keys(declared) as Name[];
  if (selection === undefined) return [fallback];
  if (selection === "all") return all;
  return selection.split(",").map((wanted) => {
    const name = all.find((candidate) => candidate === wanted.trim());
    if (name !== undefined) return name;
    throw refusal(
      `ROTATION_ENVIRONMENT names ${JSON.stringify(wanted.trim())}; the catalog declares ${all.join(", ")} (or give "all")`,
    );
  });
}

const refusal = (message: string) => new DeclarationError("invalid_environment", message);

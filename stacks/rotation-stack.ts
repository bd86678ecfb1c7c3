import { Lazy, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { defined } from "../common/defined.ts";
import {
  applySettings,
  CustomRotatedSecret,
  GatewayProvider,
  ItemTags,
} from "./constructs/index.ts";
import type { Environment } from "./environment.ts";
import type { RulePolicy } from "./rules/policy.ts";
import { loadRulePolicy } from "./rules/policy-file.ts";
import { applyRules } from "./rules/synth/apply-rules.ts";

/** Properties of {@link RotationStack}. */
export interface RotationStackProps<E extends Environment = Environment> {
  /** What differs in this environment; the catalog reads it as `stack.environment`. */
  readonly environment: E;
  /** Name of the environment, for `stack.environmentName`. @default - the id of the stack */
  readonly environmentName?: string | undefined;
  /**
   * The rules that judge what you declare: path of a rules.yaml, or a policy from `parseRulePolicy`.
   * @default - `rules.yaml` of the working directory, and the default rules where you have none
   */
  readonly rules?: string | RulePolicy | undefined;
}

/**
 * One environment's stack: provider, backend, settings and tags. Your catalog fills it; the rules
 * judge it at synth; the output `secret_names` lists what applications read.
 *
 * Give an environment alone where no rule is to judge and no output is wanted, as in a test.
 */
export class RotationStack<E extends Environment = Environment> extends TerraformStack {
  /** What differs in this environment. */
  readonly environment: E;
  /** Name of the environment: the id of the stack, where no other name is given. */
  readonly environmentName: string;
  /** The gateway that everything in this stack is declared on. */
  readonly gateway: GatewayProvider;

  /** @throws KitError `rules_file_unreadable` or `rules_file_invalid` */
  constructor(scope: Construct, id: string, given: RotationStackProps<E> | E) {
    super(scope, id);
    const judged = "environment" in given && typeof given.environment === "object";
    const environment = (judged ? given.environment : given) as E;
    this.environment = environment;
    this.environmentName = (judged && (given as RotationStackProps<E>).environmentName) || id;
    applySettings(this, {
      intervalUnit: environment.intervalUnit,
      secureRemoteAccessStage: environment.secureRemoteAccess,
      ...defined({
        realisation: environment.realisation,
        kitCommand: environment.kitCommand,
      }),
    });
    environment.backend?.(this);
    const { gatewayAddress, login } = environment;
    this.gateway = new GatewayProvider(this, "Gateway", {
      ...defined({ address: gatewayAddress, login }),
    });
    if (environment.tags?.length) ItemTags.add(this, ...environment.tags);
    if (!judged) return;
    const { rules } = given as RotationStackProps<E>;
    const policy = typeof rules === "object" ? rules : loadRulePolicy(rules);
    applyRules(this, { policy, off: environment.rulesOff ?? {} });
    this.#outputNames();
  }

  /** The names of all declared secrets: what applications need to know. */
  #outputNames(): void {
    const namesOf = () => {
      const secrets = this.node.findAll().filter(CustomRotatedSecret.isCustomRotatedSecret);
      return Object.fromEntries(
        secrets.map((secret) => [secret.itemPath, secret.rotatedSecretName]),
      );
    };
    const output = new TerraformOutput(this, "secret_names", {
      description: "Names under which applications read their secrets",
      value: Lazy.anyValue({ produce: namesOf }),
    });
    output.overrideLogicalId("secret_names");
  }
}

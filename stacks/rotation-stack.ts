import { Annotations, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  applySettings,
  CustomRotatedSecret,
  GatewayProvider,
  ItemTags,
} from "./constructs/index.ts";
import type { Environment } from "./environments.ts";

/** One environment's stack: provider, backend, settings and tags; the catalog fills it. */
export class RotationStack extends TerraformStack {
  /** What differs in this environment. */
  readonly environment: Environment;
  /** The gateway that everything in this stack is declared on. */
  readonly gateway: GatewayProvider;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id);
    this.environment = environment;
    applySettings(this, {
      intervalUnit: environment.intervalUnit,
      secureRemoteAccessStage: environment.secureRemoteAccess,
      ...(environment.realisation && { realisation: environment.realisation }),
    });
    if (environment.backend !== undefined) {
      environment.backend(this);
    } else if (environment.deleteProtection && environment.realisation !== "out-of-state") {
      Annotations.of(this).addWarning(
        "the state is a local file, and Terraform's state holds live passwords in clear: give the environment an encrypted backend with few readers",
      );
    }
    const { gatewayAddress, login } = environment;
    this.gateway = new GatewayProvider(this, "Gateway", {
      ...(gatewayAddress === undefined ? {} : { address: gatewayAddress }),
      ...(login === undefined ? {} : { login }),
    });
    if (environment.tags?.length) ItemTags.add(this, ...environment.tags);
  }

  /** Adds the names of all declared secrets as an output: what applications need to know. */
  outputNames(): void {
    const secrets = this.node.findAll().filter((node) => node instanceof CustomRotatedSecret);
    const output = new TerraformOutput(this, "secret_names", {
      description: "Names under which applications read their secrets",
      value: Object.fromEntries(
        secrets.map((secret) => [secret.itemPath, secret.rotatedSecretName]),
      ),
    });
    output.overrideLogicalId("secret_names");
  }
}

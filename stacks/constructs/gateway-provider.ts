import { provider } from "@cdktf/provider-null";
import { TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { AkeylessProvider } from "../akeyless/provider.ts";
import { checkedFor, DeclarationError, isUnknown, shown, withoutUndefined } from "./errors.ts";
import { GatewayLogin } from "./gateway-login.ts";

/** Version of the null provider, which runs the steps that the Akeyless provider does not offer. */
const NULL_PROVIDER_VERSION = "~> 3.2";

/** Properties of {@link GatewayProvider}. */
export interface GatewayProviderProps {
  /**
   * Address of the gateway's API, `https://gateway:8081` or `https://gateway:8080/v2`: not the
   * configuration port 8000 that the CLI's `--gateway-url` takes, and not the public API, which
   * cannot create rotated secrets.
   * @default - AKEYLESS_GATEWAY of the environment in which Terraform runs
   */
  readonly address?: string | undefined;
  /** How Terraform logs in. @default GatewayLogin.environment() */
  readonly login?: GatewayLogin | undefined;
}

const gateways = new WeakMap<TerraformStack, GatewayProvider>();

/** The gateway that a stack talks to: once in each stack, before its secrets. */
export class GatewayProvider extends Construct {
  /** The gateway of the stack that `scope` belongs to, if it is declared already. */
  static of(scope: IConstruct): GatewayProvider | undefined {
    return gateways.get(TerraformStack.of(scope));
  }

  /** Address of the API, if it is declared. */
  readonly address: string | undefined;
  /** The provider block, for what this construct does not offer. */
  readonly resource: AkeylessProvider;

  constructor(scope: Construct, id: string, props: GatewayProviderProps = {}) {
    super(scope, id);
    this.address = props.address;
    checkedFor(this, () => validateAddress(props.address));
    const login = checkedFor(this, () => (props.login ?? GatewayLogin.environment()).bind(this));
    this.resource = new AkeylessProvider(
      this,
      "Resource",
      withoutUndefined({ apiGatewayAddress: props.address, ...login }),
    );
    this.node.defaultChild = this.resource;
    const stack = TerraformStack.of(this);
    gateways.set(stack, this);
    if (!stack.allProviders().some((other) => other.terraformResourceType === "null")) {
      new provider.NullProvider(this, "Null");
    }
    // The binding pins one exact version; any of this line will do.
    stack.addOverride("terraform.required_providers.null.version", NULL_PROVIDER_VERSION);
  }
}

function validateAddress(address: string | undefined): void {
  if (address === undefined || isUnknown(address)) return;
  const allowed =
    "give the gateway's API, https://gateway:8081 or https://gateway:8080/v2, or leave it out and set AKEYLESS_GATEWAY";
  if (!URL.canParse(address)) {
    throw new DeclarationError(
      "invalid_declaration",
      `the gateway's address ${shown(address)} is no address: ${allowed}`,
    );
  }
  const url = new URL(address);
  const problem =
    url.username !== "" || url.password !== ""
      ? "holds a user name or password"
      : !(url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname)))
        ? `uses ${url.protocol}//, but only https is allowed beyond this machine`
        : url.port === "8000"
          ? "uses port 8000, which is the configuration port and not the API"
          : undefined;
  if (problem === undefined) return;
  throw new DeclarationError(
    "invalid_declaration",
    `the gateway's address on ${url.host} ${problem}: ${allowed}`,
  );
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);

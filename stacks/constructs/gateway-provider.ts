import { provider } from "@cdktf/provider-null";
import { TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { defined } from "../../common/defined.ts";
import { GATEWAY_ADDRESSES, gatewayAddressProblem } from "../../common/gateway-address.ts";
import { baseAddress, holdsLogin, mayCarryCredentials, toUrl } from "../../common/url.ts";
import { AkeylessProvider } from "../akeyless/provider.ts";
import { protectStack } from "./delete-protection.ts";
import { checkedFor, DeclarationError, isUnknown, shownValue } from "./errors.ts";
import { GatewayLogin } from "./gateway-login.ts";
import { isOfKind, mark } from "./kind.ts";
import { withNumbersInTexts } from "./numbers-in-texts.ts";

/** Version of the null provider, which runs the steps that the Akeyless provider does not offer. */
const NULL_PROVIDER_VERSION = "~> 3.2";

/** Properties of {@link GatewayProvider}. */
export interface GatewayProviderProps {
  /**
   * Address of the gateway's API, `https://gateway:8081`, `https://gateway:8080/v2` or
   * `https://gateway:8000/api/v2`: not port 8000 alone, which the CLI's `--gateway-url` takes, and
   * not the public API, which cannot create rotated secrets. A reference reaches everything but the
   * step that deletes an item out of state: Terraform must run with AKEYLESS_GATEWAY then.
   * @default - AKEYLESS_GATEWAY of the environment in which Terraform runs
   */
  readonly address?: string | undefined;
  /** How Terraform logs in. @default GatewayLogin.environment() */
  readonly login?: GatewayLogin | undefined;
}

/** Where a stack keeps its gateway, for every copy of the kit. */
const GATEWAY = Symbol.for("akeyless-rotation-kit.gateway");

/**
 * The gateway that a stack talks to: once in each stack, before its secrets.
 *
 * @example new GatewayProvider(stack, "Gateway", { address: "https://gateway.example.com:8081" })
 */
export class GatewayProvider extends Construct {
  /** Whether the value is a gateway, of this copy of the kit or another one. */
  static isGatewayProvider(value: unknown): value is GatewayProvider {
    return isOfKind(value, "GatewayProvider");
  }

  /** The gateway of the stack that `scope` belongs to, if it is declared already. */
  static of(scope: IConstruct): GatewayProvider | undefined {
    const gateway: unknown = Reflect.get(TerraformStack.of(scope), GATEWAY);
    return GatewayProvider.isGatewayProvider(gateway) ? gateway : undefined;
  }

  /** Address of the API, if it is declared. */
  readonly address: string | undefined;
  /** The provider block, for what this construct does not offer. */
  readonly resource: AkeylessProvider;

  /** @throws DeclarationError `invalid_declaration`, also for a second gateway and for a late one */
  constructor(scope: Construct, id: string, props: GatewayProviderProps = {}) {
    super(scope, id);
    mark(this, "GatewayProvider");
    const stack = TerraformStack.of(this);
    checkedFor(this, () => refuseSecondOrLate(stack));
    const { address } = withNumbersInTexts(props);
    checkedFor(this, () => validateGatewayAddress(address));
    // The provider calls /v2//auth where the address ends in a slash.
    this.address = address === undefined || isUnknown(address) ? address : baseAddress(address);
    const login = checkedFor(this, () => (props.login ?? GatewayLogin.environment()).bind(this));
    this.resource = new AkeylessProvider(
      this,
      "Resource",
      defined({ apiGatewayAddress: this.address, ...login }),
    );
    this.node.defaultChild = this.resource;
    Reflect.set(stack, GATEWAY, this);
    if (!stack.allProviders().some((other) => other.terraformResourceType === "null")) {
      new provider.NullProvider(this, "Null");
    }
    // The binding pins one exact version; any of this line will do.
    stack.addOverride("terraform.required_providers.null.version", NULL_PROVIDER_VERSION);
    protectStack(stack);
  }
}

/** What was declared before its gateway would not know the address. */
function refuseSecondOrLate(stack: TerraformStack): void {
  const first = GatewayProvider.of(stack);
  if (first !== undefined) {
    throw new DeclarationError(
      "invalid_declaration",
      `the stack has the gateway ${first.node.path} already: a stack talks to one gateway`,
    );
  }
  const early = stack.node
    .findAll()
    .find((node) => isOfKind(node, "WebTarget") || isOfKind(node, "CustomRotatedSecret"));
  if (early === undefined) return;
  throw new DeclarationError(
    "invalid_declaration",
    `${early.node.path} is declared before the gateway: declare the gateway first`,
  );
}

/** Refuses an address that cannot be the API of a gateway; a reference passes. */
export function validateGatewayAddress(address: string | undefined): void {
  if (address === undefined || isUnknown(address)) return;
  const allowed = `give the gateway's API, ${GATEWAY_ADDRESSES}, or leave it out and set AKEYLESS_GATEWAY`;
  const url = toUrl(address);
  if (url === undefined) {
    throw new DeclarationError(
      "invalid_declaration",
      `the gateway's address ${shownValue(address)} is not an address: ${allowed}`,
    );
  }
  const problem = holdsLogin(url)
    ? "holds a user name or password"
    : !mayCarryCredentials(url)
      ? `uses ${url.protocol}//, but only https is allowed beyond this machine`
      : gatewayAddressProblem(url);
  if (problem === undefined) return;
  throw new DeclarationError(
    "invalid_declaration",
    `the gateway's address on ${url.host} ${problem}: ${allowed}`,
  );
}

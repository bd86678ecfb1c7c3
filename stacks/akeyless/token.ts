import {
  App,
  type IResolvable,
  type IResolveContext,
  type TerraformResource,
  TerraformStack,
  type TerraformVariable,
  Token,
} from "cdktf";

/**
 * A token as cdktf takes it, without the stack trace that cdktf keeps of each of its own: the traces
 * cost as much as everything else of a synthesis (`npm run bench:synth`).
 */
export abstract class UntracedToken implements IResolvable {
  readonly creationStack: string[] = [];

  abstract resolve(context: IResolveContext): unknown;

  toString(): string {
    return Token.asString(this);
  }
}

/** A text that is made when cdktf synthesizes, each time that it asks. */
export const laterText = (produce: () => string): string => Token.asString(new Later(produce));

/** The same for a list; `undefined` leaves it out. */
export const laterList = (produce: () => string[] | undefined): string[] =>
  Token.asList(new Later(produce));

class Later extends UntracedToken {
  readonly #produce: () => unknown;

  constructor(produce: () => unknown) {
    super();
    this.#produce = produce;
  }

  override resolve(): unknown {
    return this.#produce();
  }
}

/** A reference to an attribute of a resource. */
export function attributeReference(resource: TerraformResource, attribute: string): Reference {
  const { terraformResourceType, friendlyUniqueId, forEach, cdktfStack } = resource;
  const address = `${terraformResourceType}.${friendlyUniqueId}${forEach ? ".*" : ""}`;
  return new Reference(cdktfStack, `${address}.${attribute}`);
}

/** A reference to the value of a variable. */
export const variableReference = ({ cdktfStack, friendlyUniqueId }: TerraformVariable): string =>
  Token.asString(new Reference(cdktfStack, `var.${friendlyUniqueId}`));

/**
 * A reference to what a stack holds. In another stack cdktf hands the value over, by an output of the
 * one and the remote state in the other, as for references of its own.
 */
class Reference extends UntracedToken {
  readonly originStack: TerraformStack;
  readonly #expression: string;
  readonly #elsewhere = new Map<TerraformStack, string>();

  constructor(originStack: TerraformStack, expression: string) {
    super();
    this.originStack = originStack;
    this.#expression = expression;
  }

  override resolve({ scope, preparing, suppressBraces = false }: IResolveContext): string {
    const stack = TerraformStack.of(scope);
    if (preparing && stack !== this.originStack) this.#handOverTo(stack);
    const expression = this.#elsewhere.get(stack) ?? this.#expression;
    return suppressBraces ? expression : `\${${expression}}`;
  }

  #handOverTo(stack: TerraformStack): void {
    const { originStack } = this;
    const handed = App.of(originStack).crossStackReference(originStack, stack, this.#expression);
    this.#elsewhere.set(stack, handed);
  }
}

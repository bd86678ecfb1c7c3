import { type IResolveContext, Token } from "cdktf";
import { UntracedToken } from "../akeyless/token.ts";

/**
 * A token for an expression that never changes. cdktf resolves every token several times in one
 * synthesis, and the rules once more; for the payload, the largest one of a stack, that was a fifth
 * of the synthesis (`npm run bench:synth`).
 */
export const resolvedOnce = (expression: string): string =>
  Token.asString(new ResolvedOnce(expression));

class ResolvedOnce extends UntracedToken {
  readonly #expression: string;
  #resolved: unknown;

  constructor(expression: string) {
    super();
    this.#expression = expression;
  }

  override resolve(context: IResolveContext): unknown {
    this.#resolved ??= context.resolve(this.#expression);
    return this.#resolved;
  }
}

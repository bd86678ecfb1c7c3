import { type IResolvable, type IResolveContext, Token } from "cdktf";

/**
 * A token for an expression that never changes. cdktf resolves every token several times in one
 * synthesis, and the rules once more; for the payload, the largest one of a stack, that was a fifth
 * of the synthesis (`npm run bench:synth`).
 */
export function resolvedOnce(expression: string): string {
  return Token.asString(new ResolvedOnce(expression));
}

class ResolvedOnce implements IResolvable {
  /** Where the token was made. The expression inside knows its own place, so this costs nothing. */
  readonly creationStack: string[] = [];
  readonly #expression: string;
  #resolved: unknown;

  constructor(expression: string) {
    this.#expression = expression;
  }

  resolve(context: IResolveContext): unknown {
    this.#resolved ??= context.resolve(this.#expression);
    return this.#resolved;
  }

  toString(): string {
    return Token.asString(this);
  }
}

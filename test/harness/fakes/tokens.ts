import type { FakeAccount } from "./accounts.ts";
import type { Reply } from "./fake-product.ts";

/** A token as a list of a product shows it: an id of its own, and the name. */
export interface ListedToken {
  readonly id: string;
  readonly name: string;
}

/**
 * Tokens of one account, for products that end a token by its id. The id does not contain the name, so a
 * recipe has to look it up.
 */
export const tokensOf = ({ tokens }: FakeAccount) => ({
  list: (): ListedToken[] => [...tokens.keys()].map((name) => ({ id: idOf(name), name })),
  make(name: string): ListedToken & { readonly value: string } {
    const value = `value-${idOf(name)}`;
    tokens.set(name, value);
    return { id: idOf(name), name, value };
  },
  /** Answers `gone` where a token of this id ended, else `missing`. */
  end(id: string | null | undefined, gone: Reply, missing: Reply): Reply {
    const name = [...tokens.keys()].find((key) => idOf(key) === id);
    return name !== undefined && tokens.delete(name) ? gone : missing;
  },
});

const idOf = (name: string) =>
  String([...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7));

/** Gives each path an id for the construct tree and a name for a constant, no two alike. */
export class Identifiers {
  readonly #taken = new Set<string>(["scope", "stack"]);

  /** `/prod/team/app` below `/prod/` becomes `team-app` and `teamApp`. */
  of(path: string, below: readonly string[]): { readonly id: string; readonly constant: string } {
    const folder = below.find((one) => path.startsWith(one)) ?? "";
    const relative = path.slice(folder.length);
    const words = relative.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
    const camel = words
      .map((word, index) =>
        index === 0 ? word.charAt(0).toLowerCase() + word.slice(1) : capital(word),
      )
      .join("");
    // A suffix also keeps clear of the words that JavaScript reserves.
    const base = /^[a-z]/.test(camel) && !RESERVED.has(camel) ? camel : `item${capital(camel)}`;
    const id = words.join("-") || "item";
    for (let number = 1; ; number += 1) {
      const suffix = number === 1 ? "" : String(number);
      const constant = `${base}${suffix}`;
      if (this.#taken.has(constant)) continue;
      this.#taken.add(constant);
      return { id: suffix === "" ? id : `${id}-${suffix}`, constant };
    }
  }
}

const RESERVED = new Set(
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield".split(
    " ",
  ),
);

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

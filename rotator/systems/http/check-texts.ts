import type { RecipeRequest } from "./recipe-request.ts";
import { PLACEHOLDER_PATTERN, REFERENCE_GROUPS, referencesOf } from "./reference.ts";

/**
 * What is wrong with the texts of a request: secrets where servers log them, and texts that were meant
 * as references and would be sent as they are.
 * @returns one sentence a problem, with its place
 */
export function checkTexts(place: string, { path, query, ...rest }: RecipeRequest): string[] {
  const problems: string[] = [];
  if ([...referencesOf([path, query])].some(isSecret)) {
    problems.push(`${place}: a secret in path or query ends in logs; use the body or a header`);
  }
  for (const text of textsOf([query, rest])) {
    const [name] = text.match(PLACEHOLDER_PATTERN) ?? [];
    if (name !== undefined) {
      const reference = `{ $value: ${name.slice(1, -1)} }`;
      problems.push(`${place}: ${name} is a value in paths only; write ${reference}`);
    } else if (LIKE_A_REFERENCE.test(text)) {
      problems.push(`${place}: "${text}" is sent as it is; a value is written { $value: … }`);
    }
  }
  for (const segment of path.split("/")) {
    if (!LIKE_A_REFERENCE.test(segment)) continue;
    problems.push(`${place}: "${segment}" is sent as it is; a value is written {…} in a path`);
  }
  return problems;
}

const NAME = String.raw`(?:${REFERENCE_GROUPS.join("|")})\.[a-z][a-z0-9_]*`;
/** A bare name, and how other tools write a value. */
const LIKE_A_REFERENCE = new RegExp(
  String.raw`^${NAME}$|\$${NAME}|\{\{[^}]*\}\}|\$\{[^}]*\}|<${NAME}>|%\(?${NAME}`,
);

const isSecret = (reference: string) =>
  /^(account|next|admin)\.(password|token|client_secret)$/.test(reference);

/** Every text of a part that is not a reference. */
function textsOf(part: unknown): string[] {
  if (typeof part === "string") return [part];
  if (typeof part !== "object" || part === null || "$value" in part) return [];
  return Object.values(part).flatMap(textsOf);
}

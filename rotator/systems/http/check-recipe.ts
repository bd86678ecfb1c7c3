import { isLogin } from "./login.ts";
import type { Authentication, Recipe, Verb } from "./recipe.ts";
import type { RecipeRequest } from "./recipe-request.ts";
import { PLACEHOLDER_PATTERN, referencesOf } from "./reference.ts";

const ACCOUNT = ["account.username", "account.password"];
const NEXT = ["next.username", "next.password"];

/**
 * What a recipe's shape alone cannot say: whether each reference exists where it is used, and
 * whether the admin credential stays inside the steps that run as admin.
 * @returns one sentence a problem, with its place; empty when the recipe is sound
 */
export function checkRecipe(recipe: Recipe): string[] {
  const problems: string[] = [];
  const check = (place: string, part: unknown, known: readonly string[]) => {
    for (const reference of new Set(referencesOf(part))) {
      const [group = "", name = ""] = reference.split(".");
      if (group === "parameters") {
        if (Object.hasOwn(recipe.parameters, name)) continue;
        problems.push(`${place}: ${reference} is not declared under parameters`);
      } else if (!known.includes(group) && !known.includes(reference)) {
        const list = ["parameters", ...known].join(", ");
        problems.push(`${place}: ${reference} is not known here; known are: ${list}`);
      }
    }
  };
  const flow = (who: "account" | "admin", value: Authentication | undefined) => {
    check(`authentication.${who}`, value, who === "admin" ? ["admin"] : ACCOUNT);
  };
  const verb = (place: string, value: Verb | undefined, values: readonly string[]) => {
    if (value === undefined) return;
    const { as, find, ...rest } = value;
    const known = as === "admin" ? [...values, "admin"] : [...values];
    find.forEach((lookup, index) => {
      check(`${place}.find[${index}]`, lookup, known);
      known.push(...Object.keys(lookup.save).map((name) => `found.${name}`));
      if (lookup.if_missing === "revoked" && place !== "keys.revoke") {
        problems.push(`${place}.find[${index}]: if_missing "revoked" belongs to keys.revoke`);
      }
    });
    check(place, rest, known);
    if (recipe.authentication[as] === undefined) {
      problems.push(`${place}: runs as ${as}, but authentication.${as} is missing`);
    }
  };

  const sends = (place: string, value: Verb | undefined) => {
    if (value === undefined) return;
    const { request } = value;
    if (request.method === "GET")
      problems.push(`${place}: GET changes nothing; use another method`);
    if (place.startsWith("keys.") || [...referencesOf(request)].includes("next.password")) return;
    problems.push(
      `${place}: the request never sends next.password, so it would set something else`,
    );
  };

  for (const { place, request } of requestsOf(recipe)) {
    const { path, query, ...rest } = request;
    if ([...referencesOf([path, query])].some(isSecret)) {
      problems.push(`${place}: a secret in path or query ends in logs; use the body or a header`);
    }
    for (const text of textsOf([query, rest])) {
      const [name] = text.match(PLACEHOLDER_PATTERN) ?? [];
      if (name === undefined) continue;
      problems.push(
        `${place}: ${name} is a value in paths only; write { $value: ${name.slice(1, -1)} }`,
      );
    }
  }
  sends("change.account", recipe.change.account);
  sends("change.admin", recipe.change.admin);
  sends("keys.create", recipe.keys?.create);
  sends("keys.revoke", recipe.keys?.revoke);
  flow("account", recipe.authentication.account);
  flow("admin", recipe.authentication.admin);
  check("probe", [recipe.probe.request, recipe.probe.answers], ACCOUNT);
  if ((recipe.probe.request === undefined) !== (recipe.probe.answers === undefined)) {
    problems.push("probe: has request and answers, or neither (then logging in is the probe)");
  }
  const { account } = recipe.authentication;
  if (recipe.probe.request === undefined && (account === undefined || !isLogin(account))) {
    problems.push("probe: needs a request, because authentication.account sends none by itself");
  }
  verb("change.account", recipe.change.account, [...ACCOUNT, ...NEXT]);
  // change.admin also serves reconcile, where nobody knows the current password.
  verb("change.admin", recipe.change.admin, NEXT);
  verb("keys.create", recipe.keys?.create, [...ACCOUNT, "key.name"]);
  verb("keys.revoke", recipe.keys?.revoke, [...ACCOUNT, "key.name"]);
  return problems;
}

const isSecret = (reference: string) =>
  /^(account|next|admin)\.(password|token|client_secret)$/.test(reference);

/** Every request of a recipe, with its place. */
function requestsOf(recipe: Recipe): { place: string; request: RecipeRequest }[] {
  const found: { place: string; request: RecipeRequest }[] = [];
  const visit = (part: unknown, place: string) => {
    if (typeof part !== "object" || part === null) return;
    for (const [name, inner] of Object.entries(part)) {
      const here = place === "" ? name : `${place}.${name}`;
      if (name === "request" || name === "prepare") {
        found.push({ place: place || here, request: inner as RecipeRequest });
      } else visit(inner, here);
    }
  };
  visit(recipe, "");
  return found;
}

/** Every text of a part that is no reference. */
function textsOf(part: unknown): string[] {
  if (typeof part === "string") return [part];
  if (typeof part !== "object" || part === null || "$value" in part) return [];
  return Object.values(part).flatMap(textsOf);
}

/**
 * Names of the admin members that a recipe uses when changes run with `authority`, and whether
 * each is needed or optional. The probe never uses any.
 *
 * @param resets whether the admin credential is configured, so that it serves `reconcile` too
 */
export function adminMembers(
  recipe: Recipe,
  authority: "account" | "admin",
  resets = false,
): Map<string, "needed" | "optional"> {
  const members = new Map<string, "needed" | "optional">();
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    const { $value, optional } = part as { $value?: unknown; optional?: unknown };
    if (typeof $value === "string" && $value.startsWith("admin.")) {
      const name = $value.slice("admin.".length);
      if (members.get(name) !== "needed") members.set(name, optional ? "optional" : "needed");
    }
    for (const member of Object.values(part)) visit(member);
  };
  const reset = resets ? recipe.change.admin : undefined;
  const verbs = [recipe.change[authority], reset, recipe.keys?.create, recipe.keys?.revoke];
  if (verbs.some((verb) => verb?.as === "admin")) visit([recipe.authentication.admin, verbs]);
  return members;
}

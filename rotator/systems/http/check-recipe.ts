import { isLogin } from "./login.ts";
import type { Authentication, ChangeVerb, Recipe } from "./recipe.ts";
import { referencesOf } from "./reference.ts";

/**
 * What a recipe's shape alone cannot say: whether each reference exists where it is used, and
 * whether the admin credential stays inside the steps that run as admin.
 * @returns one sentence a problem, with its place; empty when the recipe is sound
 */
export function checkRecipe(recipe: Recipe): string[] {
  const problems: string[] = [];
  const check = (place: string, part: unknown, allowed: readonly string[], more: string[] = []) => {
    for (const reference of new Set(referencesOf(part))) {
      const [group = "", name = ""] = reference.split(".");
      if (group === "parameters" && !Object.hasOwn(recipe.parameters, name)) {
        problems.push(`${place}: ${reference} is not declared under parameters`);
      } else if (
        !["parameters", ...allowed].some((known) => known === group || known === reference) &&
        !more.includes(reference)
      ) {
        problems.push(
          `${place}: ${reference} is not known here (known: ${["parameters.…", ...allowed, ...more].join(", ")})`,
        );
      }
    }
  };
  const flow = (who: "account" | "admin", value: Authentication | undefined) => {
    if (value === undefined) return;
    check(`authentication.${who}`, value, who === "admin" ? ["admin"] : ACCOUNT);
  };
  const change = (who: "account" | "admin", verb: ChangeVerb | undefined) => {
    if (verb === undefined) return;
    const place = `change.${who}`;
    if (verb.as !== who && who === "account") {
      problems.push(`${place}: must run as account; what runs as admin belongs under change.admin`);
    }
    // change.admin also serves reconcile, where nobody knows the current password.
    const known = who === "admin" ? [...NEXT, "admin"] : [...ACCOUNT, ...NEXT];
    const found: string[] = [];
    verb.find.forEach((lookup, index) => {
      check(`${place}.find[${index}]`, lookup, known, [...found]);
      found.push(...Object.keys(lookup.save).map((name) => `found.${name}`));
    });
    check(place, [verb.request, verb.answers], known, found);
    if (recipe.authentication[verb.as] === undefined) {
      problems.push(`${place}: runs as ${verb.as}, but authentication.${verb.as} is missing`);
    }
  };

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
  change("account", recipe.change.account);
  change("admin", recipe.change.admin);
  return problems;
}

const ACCOUNT = ["account.username", "account.password"];
const NEXT = ["next.username", "next.password"];

/** Names of the admin fields that a recipe uses, and whether each is needed or optional. */
export function adminFields(recipe: Recipe): Map<string, "needed" | "optional"> {
  const fields = new Map<string, "needed" | "optional">();
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    const { $value, optional } = part as { $value?: unknown; optional?: unknown };
    if (typeof $value === "string" && $value.startsWith("admin.")) {
      const name = $value.slice("admin.".length);
      if (fields.get(name) !== "needed") fields.set(name, optional ? "optional" : "needed");
    }
    for (const member of Object.values(part)) visit(member);
  };
  visit([recipe.authentication.admin, recipe.change.admin]);
  return fields;
}

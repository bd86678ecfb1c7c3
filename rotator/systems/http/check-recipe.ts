import { checkTexts } from "./check-texts.ts";
import { isLogin, loginAnswers } from "./login.ts";
import type { Authentication, Lookup, Recipe, Verb } from "./recipe.ts";
import type { RecipeRequest } from "./recipe-request.ts";
import { referencesOf } from "./reference.ts";

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
  const looks = (place: string, find: readonly Lookup[], values: readonly string[]) => {
    const known = [...values];
    find.forEach((lookup, index) => {
      check(`${place}.find[${index}]`, lookup, known);
      known.push(...Object.keys(lookup.save).map((name) => `found.${name}`));
      if (lookup.if_missing === "revoked" && place !== "keys.revoke") {
        problems.push(`${place}.find[${index}]: if_missing "revoked" belongs to keys.revoke`);
      }
      if (
        lookup.if_found === "exists" &&
        (place !== "keys.create" || lookup.within === undefined)
      ) {
        problems.push(
          `${place}.find[${index}]: if_found "exists" belongs to a list in keys.create, with within and where`,
        );
      }
    });
    return known;
  };
  const flow = (who: "account" | "admin", value: Authentication | undefined) => {
    if (value === undefined) return;
    const { find = [], ...rest } = { find: undefined, ...value };
    const place = `authentication.${who}`;
    check(place, rest, looks(place, find, who === "admin" ? ["admin"] : ACCOUNT));
  };
  const verb = (place: string, value: Verb | undefined, values: readonly string[]) => {
    if (value === undefined) return;
    const { as, find, ...rest } = value;
    check(place, rest, looks(place, find, as === "admin" ? [...values, "admin"] : values));
    if (as === "nobody" && place === "probe.confirm") return;
    if (as === "nobody" && place !== "change.account") {
      problems.push(`${place}: runs as nobody, which is for change.account and probe.confirm only`);
    } else if (as === "nobody" && !sendsPassword(value.request)) {
      problems.push(`${place}: runs as nobody, so its request must send account.password`);
    } else if (as !== "nobody" && recipe.authentication[as] === undefined) {
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

  for (const { place, request } of requestsOf(recipe)) problems.push(...checkTexts(place, request));
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
  if (!sendsPassword([account, recipe.probe.request])) {
    problems.push(
      "probe: neither it nor authentication.account sends account.password, so it proves nothing",
    );
  }
  if (!canRefuse(recipe)) {
    problems.push(
      "probe: nothing counts as invalid, so a lost answer would never be found; describe how the product refuses a wrong password",
    );
  }
  const { confirm } = recipe.probe;
  verb("probe.confirm", confirm, ["account.username"]);
  if (recipe.probe.request === undefined && (account === undefined || !isLogin(account))) {
    problems.push("probe: needs a request, because authentication.account sends none by itself");
  }
  verb("change.account", recipe.change.account, [...ACCOUNT, ...NEXT]);
  // change.admin also serves reconcile, where nobody knows the current password.
  verb("change.admin", recipe.change.admin, NEXT);
  check("keys.lifetime_days", recipe.keys?.lifetime_days, []);
  const ends = recipe.keys?.lifetime_days === undefined ? [] : ["key.expires_on", "key.expires_at"];
  verb("keys.create", recipe.keys?.create, [...ACCOUNT, "key.name", ...ends]);
  verb("keys.revoke", recipe.keys?.revoke, [...ACCOUNT, "key.name"]);
  return problems;
}

/** Whether a part of the account's own login sends the password that it is about. */
const sendsPassword = (part: unknown) => [...referencesOf(part)].includes("account.password");

/** Whether there is an answer that says that a password is wrong. */
function canRefuse({ authentication: { account }, probe }: Recipe): boolean {
  const refused = account && isLogin(account) ? (loginAnswers(account).refused ?? []) : [];
  return refused.length + (probe.answers?.invalid?.length ?? 0) > 0;
}

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

import type { Recipe } from "./recipe.ts";

/**
 * Names of the admin members that a recipe uses when changes run with `authority`, and whether
 * each is needed or optional. A probe's login never uses any.
 *
 * @param resets whether the admin credential is configured, so that it serves `reconcile`, and the
 * question that a refused probe asks
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
  const { confirm } = recipe.probe;
  const { create, revoke } = recipe.keys ?? {};
  const verbs = [recipe.change[authority], reset, create, revoke, resets ? confirm : undefined];
  if (verbs.some((verb) => verb?.as === "admin")) visit([recipe.authentication.admin, verbs]);
  return members;
}

/** Names of the admin members that the recipe puts into a header as they are. */
export function adminMembersOfHeaders(recipe: Recipe): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (part: unknown, isHeader: boolean): void => {
    if (typeof part !== "object" || part === null) return;
    const { $value, type } = part as { $value?: unknown; type?: unknown };
    if (isHeader && typeof $value === "string" && $value.startsWith("admin."))
      names.add($value.slice("admin.".length));
    for (const [name, member] of Object.entries(part))
      visit(member, isHeader || name === "headers" || (type === "bearer" && name === "token"));
  };
  visit([recipe.authentication.admin, recipe.probe, recipe.change, recipe.keys], false);
  return names;
}

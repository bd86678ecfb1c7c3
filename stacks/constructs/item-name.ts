import { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { itemPath } from "../../common/item-path.ts";
import { DeclarationError, isUnknown, shownValue } from "./errors.ts";
import { refuseExpressions } from "./expressions.ts";
import { sharedMap } from "./kind.ts";

/**
 * Refuses names that Akeyless would store differently from how they are written, or that people
 * cannot tell apart. A leading slash may be left out: Akeyless stores every name with one.
 */
export function validateItemName(what: string, name: string): void {
  if (isUnknown(name)) return;
  refuseExpressions(() => `the name of ${what}`, name);
  const segments = itemPath(name).slice(1).split("/");
  if (segments.some((segment) => segment.trim() !== segment || /^\.{0,2}$/.test(segment))) {
    throw new DeclarationError(
      "invalid_declaration",
      `${what} is named ${shownValue(name)}; allowed are names such as "/prod/app", without empty parts, "." or "..", a slash at the end, or spaces around a part`,
    );
  }
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name)) {
    throw new DeclarationError(
      "invalid_declaration",
      `${what} is named ${shownValue(name)}, which holds a character that cannot be seen: leave it out`,
    );
  }
}

/** The name as Akeyless stores it and as a rotator sees it: with one leading slash. */
export const declaredPath = (name: string): string => (isUnknown(name) ? name : itemPath(name));

/**
 * Refuses a construct whose resource Terraform would refuse: cdktf makes its name from the ids
 * below the stack, and a name starts with a letter or an underscore.
 */
export function validateId(construct: IConstruct): void {
  const stack = TerraformStack.of(construct);
  const ids = construct.node.path.slice(stack.node.path.length).replace(/^\//, "");
  const name = ids.replace(/[^A-Za-z0-9_-]/g, "");
  if (isUnknown(ids) || /^[A-Za-z_]/.test(name)) return;
  throw new DeclarationError(
    "invalid_declaration",
    `the id ${shownValue(ids)} makes a name that Terraform refuses: begin it with a letter`,
  );
}

const claims = sharedMap<TerraformStack, Map<string, IConstruct>>("claims");

/** Refuses a second declaration of an item or a Web Target in one stack; both would fight over it. */
export function claimName(construct: IConstruct, kind: "item" | "Web Target", path: string): void {
  if (isUnknown(path)) return;
  const stack = TerraformStack.of(construct);
  const names = claims.get(stack) ?? new Map<string, IConstruct>();
  const other = names.get(`${kind} ${path}`);
  if (other !== undefined) {
    throw new DeclarationError(
      "invalid_declaration",
      `${shownValue(path)} is declared by ${other.node.path} already: each ${kind} has one declaration`,
    );
  }
  claims.set(stack, names.set(`${kind} ${path}`, construct));
}

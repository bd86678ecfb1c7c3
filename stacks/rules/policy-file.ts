import { readFileSync } from "node:fs";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import type * as z from "zod";
import { shown } from "./display.ts";
import { RulesError } from "./errors.ts";
import { DEFAULT_POLICY, type Policy, policySchema } from "./policy.ts";
import { keysAt } from "./policy-schema.ts";

/** Where the policy is looked for when nobody names a file: beside cdktf.json. */
export const DEFAULT_POLICY_FILE = "rules.yaml";

/**
 * Reads the policy. Without a named file it is `rules.yaml` of the working directory, and where
 * that does not exist the defaults hold.
 * @throws RulesError `rules_file_unreadable`, or `rules_file_invalid` with every problem at once
 */
export function loadPolicy(file?: string): Policy {
  const path = file ?? DEFAULT_POLICY_FILE;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (file === undefined && (cause as NodeJS.ErrnoException).code === "ENOENT") {
      return DEFAULT_POLICY;
    }
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new RulesError("rules_file_unreadable", `${path} cannot be read (${reason})`, { cause });
  }
  return parsePolicy(text, path);
}

/** The policy that the text of a rules.yaml describes; `path` is for messages. */
export function parsePolicy(text: string, path: string = DEFAULT_POLICY_FILE): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw invalid(
      path,
      document.errors.map(({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${message}`),
    );
  }
  // An empty file, or one with comments only, changes nothing.
  const result = policySchema.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {}, {
    reportInput: true,
  });
  if (result.success) return result.data;
  const problems = result.error.issues
    .flatMap(describe)
    .map((problem) => ({ ...problem, line: lineOf(document, lines, problem.at) }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  throw invalid(
    path,
    problems.map(({ at, line, message }) => `${place(at, line)}${message}`),
  );
}

interface Problem {
  readonly at: readonly PropertyKey[];
  readonly message: string;
}

function describe(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      at: [...issue.path, key],
      message: `is unknown here; allowed are ${keysAt(issue.path).join(", ")}`,
    }));
  }
  if (issue.code === "invalid_key") {
    return [{ at: issue.path, message: "is no id of a rule; rotation-kit rules lists them" }];
  }
  const given = ["string", "number", "boolean"].includes(typeof issue.input)
    ? ` (given: ${shown(String(issue.input))})`
    : "";
  return [{ at: issue.path, message: `${issue.message}${given}` }];
}

/** `line 12, limits.max_rotation_interval: `, as far as the place is known. */
function place(path: readonly PropertyKey[], line: number | undefined): string {
  const name = path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "");
  const parts = [line === undefined ? "" : `line ${line}`, name === "" ? "" : shownPath(name)];
  const known = parts.filter((part) => part !== "").join(", ");
  return known === "" ? "" : `${known}: `;
}

/** Keys of the file are the user's own text, but may hold anything. */
const shownPath = (name: string): string => (/^[\w.[\]-]+$/.test(name) ? name : shown(name));

/** The line of the value, or of the nearest one around it. */
function lineOf(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

const invalid = (path: string, problems: readonly string[]): RulesError =>
  new RulesError(
    "rules_file_invalid",
    [`${path} is not valid:`, ...problems.map((problem) => `  ${problem}`)].join("\n"),
  );

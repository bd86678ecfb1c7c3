import { readFileSync } from "node:fs";
import { KitError } from "../../common/errors/kit-error.ts";
import { readFailure } from "../../common/read-failure.ts";
import { type SchemaProblem, schemaProblems, valueAt } from "../../common/schema-problems.ts";
import { type PlacedYaml, readPlacedYaml, YamlError } from "../../common/yaml.ts";
import { shown } from "./display.ts";
import type { RulePolicy } from "./policy.ts";
import { DEFAULT_RULE_POLICY, keysAt, rulePolicySchema } from "./policy-schema.ts";

/** Where the policy is looked for when nobody names a file: beside cdktf.json. */
export const RULES_FILE = "rules.yaml";

/**
 * Reads the policy. Without a named file it is `rules.yaml` of the working directory, and where
 * that does not exist the defaults hold.
 * @throws KitError `rules_file_unreadable`, or `rules_file_invalid` with every problem at once
 */
export function loadRulePolicy(file?: string): RulePolicy {
  const path = file ?? RULES_FILE;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (file === undefined && (cause as NodeJS.ErrnoException).code === "ENOENT") {
      return DEFAULT_RULE_POLICY;
    }
    const reason = readFailure(cause);
    throw new KitError("rules_file_unreadable", { path, reason }, { cause });
  }
  return parseRulePolicy(text, path);
}

/** The policy that the text of a rules.yaml describes; `path` is for messages. */
export function parseRulePolicy(text: string, path: string = RULES_FILE): RulePolicy {
  let file: PlacedYaml;
  try {
    file = readPlacedYaml(text);
  } catch (error) {
    if (error instanceof YamlError) throw invalid(path, [error.message]);
    throw error;
  }
  // An empty file, or one with comments only, changes nothing.
  const document = file.value ?? {};
  const result = rulePolicySchema.safeParse(document);
  if (result.success) return result.data;
  const problems = schemaProblems(result.error.issues, document)
    .map((problem) => ({ problem, line: file.lineOf(problem.path) }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  throw invalid(
    path,
    problems.map(({ problem, line }) => `${place(problem.path, line)}${say(problem, document)}`),
  );
}

function say({ path, kind, message }: SchemaProblem, document: unknown): string {
  if (kind === "unknown name")
    return `${message}; allowed are ${keysAt(path.slice(0, -1)).join(", ")}`;
  const value = valueAt(document, path);
  const given = ["string", "number", "boolean"].includes(typeof value)
    ? ` (given: ${shown(String(value))})`
    : "";
  return `${message}${given}`;
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

const invalid = (path: string, problems: readonly string[]): KitError =>
  new KitError("rules_file_invalid", {
    problem: [`${path} is not valid:`, ...problems.map((problem) => `  ${problem}`)].join("\n"),
  });

import { KitError } from "../../../common/errors/kit-error.ts";
import { readJsonToShow } from "../../../common/json.ts";
import {
  KNOWN_ACTIONS,
  KNOWN_DEFERRALS,
  KNOWN_NAMES,
  KNOWN_REASONS,
  type Plan,
  planSchema,
  type ResourceChange,
} from "./plan-schema.ts";

/** A plan, and which of its words the review does not know. */
export interface ParsedPlan {
  readonly plan: Plan;
  /** Names, actions and reasons of a newer format, for the reader; text of the plan. */
  readonly unknownWords: readonly string[];
}

/** Largest plan that is read, in bytes. */
export const MAX_PLAN_BYTES = 512 * 1024 * 1024;

/**
 * Reads the bytes of a plan's JSON. What is something else is refused in a sentence that says what
 * it is and quotes nothing of it, because it may hold passwords.
 *
 * @param source what the sentence calls it, for example the file's name
 * @throws KitError
 */
export function parsePlan(bytes: Uint8Array, source: string): ParsedPlan {
  if (bytes.length > MAX_PLAN_BYTES) {
    throw new KitError("plan_too_large", { file: source });
  }
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) {
    throw new KitError("plan_is_binary", { file: source });
  }
  const document = parseDocument(decode(bytes), source);
  refuseOthers(document, source);
  const result = planSchema.safeParse(document);
  if (!result.success) {
    const [issue] = result.error.issues;
    const part = issue?.path.find((step) => typeof step === "string");
    if (part === undefined || !KNOWN_NAMES.plan.has(String(part))) {
      throw new KitError("plan_malformed", { file: source });
    }
    throw new KitError("plan_malformed.part", { file: source, part: String(part) });
  }
  return { plan: result.data, unknownWords: unknownWords(document, result.data) };
}

function decode(bytes: Uint8Array): string {
  // PowerShell's > writes UTF-16 with a byte order mark.
  const encoding = startsWith(bytes, [0xff, 0xfe]) ? "utf-16le" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

const startsWith = (bytes: Uint8Array, prefix: readonly number[]): boolean =>
  prefix.every((byte, index) => bytes[index] === byte);

function parseDocument(text: string, source: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = readJsonToShow(text);
  } catch {
    // The parser's own message quotes the text.
    throw new KitError(whatItIs(text), { file: source });
  }
  if (typeof document === "object" && document !== null && !Array.isArray(document)) {
    return { ...document };
  }
  throw new KitError("plan_not_json.other", { file: source });
}

function whatItIs(text: string) {
  const start = text.slice(0, 65_536).trimStart();
  if (start === "") return "plan_not_json.empty";
  if (start.startsWith("{") && /"@level"|"@message"/.test(start)) return "plan_is_text.log";
  if (start.startsWith("{") && !text.trimEnd().endsWith("}")) return "plan_truncated";
  const words = /Terraform will perform|OpenTofu will perform|No changes\.|Refreshing state/;
  return words.test(start) ? "plan_is_text" : "plan_not_json";
}

function refuseOthers(document: Readonly<Record<string, unknown>>, source: string): void {
  const has = (name: string) => Object.hasOwn(document, name);
  const { format_version: version } = document;
  const isState =
    (has("lineage") && has("serial")) ||
    (has("format_version") && has("values") && !has("planned_values"));
  if (isState) throw new KitError("plan_is_state", { file: source });
  if (typeof version !== "string" || !/^\d+\.\d+/.test(version)) {
    throw new KitError("plan_not_json.other", { file: source });
  }
  if (!version.startsWith("1.")) {
    throw new KitError("plan_other_version", { file: source });
  }
  const parts = ["planned_values", "resource_changes", "resource_drift", "configuration"];
  if (!parts.some(has)) {
    throw new KitError("plan_malformed", { file: source });
  }
}

function unknownWords(document: unknown, plan: Plan): string[] {
  const words = new Set<string>();
  const note = (found: Iterable<string>, known: ReadonlySet<string>) => {
    for (const word of found) if (!known.has(word)) words.add(word);
  };
  note(namesIn(document), KNOWN_NAMES.plan);
  const deferred = listIn(document, "deferred_changes");
  const entries = [
    ...listIn(document, "resource_changes"),
    ...listIn(document, "resource_drift"),
    ...deferred.map((entry) => fieldOf(entry, "resource_change")),
  ];
  for (const entry of entries) {
    note(namesIn(entry), KNOWN_NAMES.entry);
    note(namesIn(fieldOf(entry, "change")), KNOWN_NAMES.change);
  }
  for (const { change, action_reason: reason } of allChanges(plan)) {
    note(change.actions, KNOWN_ACTIONS);
    if (reason !== undefined) note([reason], KNOWN_REASONS);
  }
  note(
    plan.deferred_changes.map(({ reason }) => reason),
    KNOWN_DEFERRALS,
  );
  return [...words].sort();
}

const namesIn = (value: unknown): string[] =>
  typeof value === "object" && value !== null ? Object.keys(value) : [];

/** The schema has read the value already, so a name that it knows has the type that it says. */
const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const listIn = (document: unknown, name: string): readonly unknown[] => {
  const list = fieldOf(document, name);
  return Array.isArray(list) ? list : [];
};

const allChanges = (plan: Plan): ResourceChange[] => [
  ...plan.resource_changes,
  ...plan.resource_drift,
  ...plan.deferred_changes.map(({ resource_change: change }) => change),
];

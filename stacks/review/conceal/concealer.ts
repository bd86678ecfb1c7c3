import { toUrl } from "../../../common/url.ts";
import { type Attributes, SENSITIVE, UNKNOWN, type Value } from "../../rules/model.ts";
import type { Plan, ResourceChange } from "../read/plan-schema.ts";
import { allowedText } from "./allowed.ts";
import { declaredSecrets } from "./declared.ts";
import { domainSecrets } from "./domain.ts";
import { jsonInside, MAX_DEPTH } from "./leaves.ts";
import { isMarked, markedValues, marksAt } from "./marks.ts";
import { isOrdinaryWord } from "./ordinary-words.ts";
import { secretsBelow } from "./payload.ts";
import { isKnownName } from "./payload-names.ts";
import { HIDDEN, SecretValues } from "./secret-values.ts";

/** Attributes of which rules keep parts only, never the text. */
const URLS = new Set(["url", "secure_access_url"]);

/** Knows every secret of the plans that are reviewed together, and keeps them out of the review. */
export class Concealer {
  readonly #secrets = new SecretValues();

  constructor(plans: readonly Plan[]) {
    for (const plan of plans) {
      for (const secret of secretsOf(plan)) {
        // The key of a marked map may be the name of a payload's field, which the review itself says.
        if (!isKnownName(secret) && !isOrdinaryWord(secret)) this.#secrets.add(secret);
      }
    }
  }

  /** Any text, with each secret hidden. */
  text(text: string): string {
    return this.#secrets.hide(text);
  }

  /** Attributes as rules may see them: what is marked, or holds a secret, is only known to exist. */
  attributes(values: unknown, marks: unknown, unknown: unknown): Attributes {
    const result: Record<string, Value> = {};
    const given = fieldsOf(values);
    for (const name in given) {
      const value = given[name];
      // What is not set is left out: to a rule it is the same, and half of what a plan says.
      if (name === "custom_payload" || value === null || value === undefined) continue;
      put(result, name, this.#value(name, value, marksAt(marks, name), 0));
    }
    const open = fieldsOf(unknown);
    for (const name of Object.keys(open)) {
      if (name !== "custom_payload" && isMarked(open[name])) put(result, name, UNKNOWN);
    }
    return result;
  }

  #value(name: string, value: unknown, marks: unknown, depth: number): Value {
    if (isMarked(marks) || depth > MAX_DEPTH) return SENSITIVE;
    if (value === null || value === undefined) return null;
    if (typeof value === "string") {
      return URLS.has(name) ? this.url(value) : this.#secrets.isIn(value) ? SENSITIVE : value;
    }
    if (typeof value === "number" || typeof value === "boolean") return value;
    if (Array.isArray(value)) {
      return value.map((inner, index) =>
        this.#value(name, inner, marksAt(marks, String(index)), depth + 1),
      );
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        this.#value(name, inner, marksAt(marks, key), depth + 1),
      ]),
    );
  }

  /** A URL as rules may see it: its host and the names of its parameters hold no secret. */
  url(written: string): Value {
    return this.#secrets.isIn(openParts(written)) ? SENSITIVE : written;
  }

  /** The text by which an attribute's value is shown; undefined where only a change may be told. */
  shown(type: string, attribute: string, value: unknown, marks: unknown): string | undefined {
    if (value === null || value === undefined || value === "") return "(not set)";
    if (isMarked(marks)) return HIDDEN;
    if (URLS.has(attribute) && this.url(String(value)) === SENSITIVE) return HIDDEN;
    const text = allowedText(type, attribute, value);
    return text === undefined ? undefined : this.text(text);
  }
}

type Values = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Values =>
  typeof value === "object" && value !== null ? (value as Values) : {};

/** A plain assignment to `__proto__` would not make a property. */
function put(attributes: Record<string, Value>, name: string, value: Value): void {
  if (name !== "__proto__") attributes[name] = value;
  else Object.defineProperty(attributes, name, { value, enumerable: true });
}

/** What may be shown of a URL, as it is written and as it is understood. */
function openParts(written: string): string {
  const authority = /^[^/?#]*\/\/([^/?#]*)/.exec(written)?.[1] ?? written;
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const url = toUrl(written);
  if (url === undefined) return host;
  const { hostname, search, searchParams } = url;
  const names = search
    .slice(1)
    .split("&")
    .map((pair) => pair.split("=", 1)[0]);
  return [host, hostname, ...names, ...searchParams.keys()].join("\n");
}

function* secretsOf(plan: Plan): Generator<string> {
  const changes = [
    ...plan.resource_changes,
    ...plan.resource_drift,
    ...plan.deferred_changes.map(({ resource_change: change }) => change),
    ...Object.values(plan.output_changes).map((change) => ({ change })),
  ];
  for (const { change } of changes as readonly Pick<ResourceChange, "change">[]) {
    yield* plainMarked(change.before, change.before_sensitive);
    yield* plainMarked(change.after, change.after_sensitive);
  }
  const { root_module: root } = plan.configuration;
  for (const [name, { value }] of Object.entries(plan.variables)) {
    if (root?.variables[name]?.sensitive === true) yield* secretsBelow(value);
  }
  yield* declaredSecrets(root);
  for (const values of [plan.prior_state, plan.planned_values]) yield* markedInState(values);
  yield* domainSecrets(plan);
}

/**
 * A payload's open fields are not secret although the whole text is marked: the second net reads it,
 * and what it finds is hidden wherever the text is shown as a whole.
 */
function* plainMarked(value: unknown, marks: unknown): Generator<string> {
  if (typeof value !== "object" || value === null || !("custom_payload" in value)) {
    yield* markedValues(value, marks);
    return;
  }
  const { custom_payload: payload } = value;
  if (typeof payload === "string" && jsonInside(payload) === undefined) yield payload;
  if (marks === true) {
    const { custom_payload: _, ...others } = value;
    yield* markedValues(others, true);
  } else {
    const { custom_payload: _, ...others } = fieldsOf(marks);
    yield* markedValues(value, others);
  }
}

/** `sensitive_values` beside the values of each resource, in modules at any depth, and of outputs. */
function* markedInState(state: unknown): Generator<string> {
  const waiting = [state];
  while (waiting.length > 0) {
    const part = waiting.pop();
    // Not push(...part): a list may be longer than the stack.
    if (Array.isArray(part)) for (const inner of part) waiting.push(inner);
    else if (typeof part === "object" && part !== null) {
      const fields = part as Readonly<Record<string, unknown>>;
      if ("sensitive_values" in fields) yield* plainMarked(fields.values, fields.sensitive_values);
      else if (fields.sensitive === true) yield* secretsBelow(fields.value);
      else {
        const { values, root_module, child_modules, resources, outputs } = fields;
        waiting.push(values, root_module, child_modules, resources);
        waiting.push(Object.values(fieldsOf(outputs)));
      }
    }
  }
}

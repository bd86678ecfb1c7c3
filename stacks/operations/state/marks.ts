import * as z from "zod";
import { itemPath } from "../../../common/item-path.ts";
import { readJson, writeJson } from "../../../common/json.ts";

const TYPE = "akeyless_rotated_secret_custom";
const ATTRIBUTE = "custom_payload";

/** Terraform's own mark, as states of version 4 hold it (Terraform 1.11, OpenTofu 1.12). */
const MARK = [{ type: "get_attr", value: ATTRIBUTE }];

const instanceSchema = z.looseObject({
  attributes: z.looseObject({
    name: z.string().nullish(),
    [ATTRIBUTE]: z.string().nullish(),
  }),
  sensitive_attributes: z.array(z.unknown()).nullish(),
});
const stateSchema = z.looseObject({
  version: z.literal(4),
  serial: z.number(),
  resources: z.array(
    z.looseObject({
      mode: z.string(),
      type: z.string(),
      instances: z.array(z.looseObject({})),
    }),
  ),
});

/** What {@link withMarks} found. */
export interface Marked {
  /** The state with every mark, one serial further; the text that came in where none was missing. */
  readonly state: string;
  /** Full paths of the items whose value was not marked, each once. */
  readonly unmarked: readonly string[];
}

/**
 * Marks the value of every custom rotated secret in a state of Terraform as sensitive, also that of
 * an instance that still has to be destroyed. Everything else in the state stays as it is. An empty
 * text is an empty state.
 *
 * @throws SyntaxError or ZodError for what is not a state of version 4
 */
export function withMarks(text: string): Marked {
  if (text.trim() === "") return { state: text, unmarked: [] };
  const state = stateSchema.parse(readJson(text));
  const unmarked = state.resources
    .filter(({ mode, type }) => mode === "managed" && type === TYPE)
    .flatMap(({ instances }) => instances)
    .flatMap((instance) => markInstance(instance));
  if (unmarked.length === 0) return { state: text, unmarked };
  state.serial += 1;
  return { state: writeJson(state), unmarked: [...new Set(unmarked)].sort() };
}

/** Adds the mark where it is missing, and names the item then. */
function markInstance(instance: Record<string, unknown>): string[] {
  const { attributes, sensitive_attributes } = instanceSchema.parse(instance);
  const marks = sensitive_attributes ?? [];
  if (!attributes[ATTRIBUTE] || marks.some(isMark)) return [];
  instance.sensitive_attributes = [...marks, MARK];
  const name = String(attributes.name ?? "");
  return [itemPath(name)];
}

const isMark = (mark: unknown): boolean => JSON.stringify(mark) === JSON.stringify(MARK);

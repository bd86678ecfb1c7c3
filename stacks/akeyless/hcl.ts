import { DefaultTokenResolver, StringConcat, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";
import { defined } from "../../common/defined.ts";
import { quotedText } from "./hcl-text.ts";

/** The part of cdktf's HCL tree that is corrected here. */
interface RenderedResource {
  resource?: Blocks;
  data?: Blocks;
}
type Blocks = Record<string, Record<string, RenderedAttributes>>;
interface RenderedAttributes {
  lifecycle?: Lifecycle | { value: object };
}
interface Lifecycle {
  replace_triggered_by?: string[] | string;
  precondition?: unknown;
  postcondition?: unknown;
}

/**
 * Corrects what a resource or data source renders for `cdktf synth --hcl`. cdktf would quote the
 * addresses of `replace_triggered_by`, which Terraform refuses: a text that starts with a bracket
 * stays bare. It would render conditions as an argument: they are blocks. Of a token that resolves to
 * nothing it would render what it notes of its type. And of a text it escapes no backslash, no line end,
 * and no quote beside an expression.
 */
export function correctedForHcl<Rendered extends RenderedResource>(
  rendered: Rendered,
  scope: IConstruct,
): Rendered {
  for (const blocks of [rendered.resource, rendered.data]) {
    for (const instances of Object.values(blocks ?? {})) {
      for (const [name, attributes] of Object.entries(instances)) {
        const given = withoutAbsent(resolved(attributes, scope));
        instances[name] = withCorrectedLifecycle(escaped(given));
      }
    }
  }
  return rendered;
}

function withCorrectedLifecycle(attributes: RenderedAttributes): RenderedAttributes {
  const { lifecycle } = attributes;
  return lifecycle === undefined || "value" in lifecycle
    ? attributes
    : { ...attributes, lifecycle: { value: correctedLifecycle(lifecycle) } };
}

/** Without tokens: what one is replaced by has to be escaped too. */
const resolved = <Value>(value: Value, scope: IConstruct): Value =>
  Tokenization.resolve(value, {
    scope,
    resolver: new DefaultTokenResolver(new StringConcat()),
    preparing: false,
  });

const isStructure = (value: unknown): value is object =>
  typeof value === "object" && value !== null;

const withoutAbsent = (attributes: RenderedAttributes): RenderedAttributes =>
  Object.fromEntries(
    Object.entries(attributes).filter(
      ([, entry]) => !(isStructure(entry) && "isBlock" in entry && !("value" in entry)),
    ),
  );

function escaped<Value>(value: Value): Value;
function escaped(value: unknown): unknown {
  if (typeof value === "string") return quotedText(value);
  if (!isStructure(value)) return value;
  if (Array.isArray(value)) return value.map(escaped);
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, name === "//" ? entry : escaped(entry)]),
  );
}

function correctedLifecycle(lifecycle: Lifecycle): object {
  const { replace_triggered_by, precondition, postcondition, ...rest } = lifecycle;
  return {
    ...rest,
    ...defined({
      replace_triggered_by:
        replace_triggered_by === undefined
          ? undefined
          : `[${[replace_triggered_by].flat().join(", ")}]`,
      precondition: blocks(precondition),
      postcondition: blocks(postcondition),
    }),
  };
}

const blocks = (value: unknown) =>
  value === undefined
    ? undefined
    : { value, isBlock: true, type: "list", storageClassType: "objectList" };

/** An address as an argument, as cdktf's renderer takes it. */
export const reference = (address: string) => ({
  value: address,
  isBlock: false,
  type: "simple",
  storageClassType: "reference",
});

import { TerraformLocal, TerraformVariable } from "cdktf";
import type { IConstruct } from "constructs";
import { readPayloadExpression } from "../evidence/expression.ts";
import { isLivePayload } from "../evidence/live-payload.ts";
import { type PayloadFacts, readPayloadText } from "../evidence/payload.ts";
import { isExpression, resolved } from "./read-value.ts";

/** How deep locals are followed, and how long an expression may get by that. */
const MAX_DEPTH = 5;
const MAX_LENGTH = 262_144;

/** Reduces the payloads of one stack to facts; knows its variables and locals. */
export class DeclaredPayloadReader {
  readonly #scope: IConstruct;
  readonly #variables: ReadonlyMap<string, boolean>;
  readonly #locals: ReadonlyMap<string, TerraformLocal>;

  constructor(scope: IConstruct, nodes: readonly IConstruct[]) {
    this.#scope = scope;
    const variables = nodes.filter((node) => node instanceof TerraformVariable);
    const locals = nodes.filter((node) => node instanceof TerraformLocal);
    this.#variables = new Map(
      variables.map((node) => [`var.${node.friendlyUniqueId}`, node.sensitive === true]),
    );
    this.#locals = new Map(locals.map((node) => [`local.${node.friendlyUniqueId}`, node]));
  }

  /** The facts of a `custom_payload`; undefined where none is declared, or the item's own live one. */
  read(value: unknown): PayloadFacts | undefined {
    const text = resolved(value, this.#scope);
    if (typeof text !== "string" || text === "" || isLivePayload(text)) return undefined;
    if (!isExpression(text)) return readPayloadText(text, false);
    return readPayloadExpression(this.#withLocals(text), (name) => this.#variables.get(name));
  }

  /** The expression with each local in its place, so that nothing hides behind a name. */
  #withLocals(text: string, depth = 0): string {
    if (this.#locals.size === 0 || depth === MAX_DEPTH || text.length > MAX_LENGTH) return text;
    return text.replace(/\blocal\.[A-Za-z_][\w-]*/g, (name) => {
      const local = this.#locals.get(name);
      return local === undefined ? name : this.#withLocals(this.#textOf(local), depth + 1);
    });
  }

  #textOf(local: TerraformLocal): string {
    // The getter `expression` is a reference to the local, not what it represents.
    const value = resolved(local.toTerraform().locals[local.friendlyUniqueId], this.#scope);
    const text = JSON.stringify(value) ?? "";
    // A whole expression loses its quotes and its ${}, everything else stays a literal.
    return /^"\$\{.*\}"$/s.test(text) ? String(value).slice(2, -1) : text;
  }
}

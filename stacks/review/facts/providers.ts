import { namesCredential } from "../../../common/credential.ts";
import { defined } from "../../../common/defined.ts";
import { type ProviderUse, UNKNOWN, type Value } from "../../rules/model.ts";
import type { ConfiguredProvider } from "../read/plan-schema.ts";
import { constantOf } from "./configuration.ts";
import type { Context } from "./context.ts";
import { fields } from "./differences.ts";

/** How a plan uses the Akeyless provider. */
export function providersOf({ configuration, concealer }: Context): ProviderUse[] {
  return configuration.providers
    .filter(({ name }) => name === "akeyless")
    .map((provider): ProviderUse => {
      const { name, alias, version_constraint: constraint, expressions } = provider;
      const version = constraint === undefined ? undefined : concealer.text(constraint);
      const written = literalOf(expressions.api_gateway_address);
      const gateway = typeof written === "string" ? concealer.url(written) : written;
      const secretsInClear = loginInClear(provider);
      return {
        address: alias === undefined ? name : `${name}.${alias}`,
        ...defined({
          version,
          gateway,
          secretsInClear: secretsInClear.length > 0 ? secretsInClear : undefined,
        }),
      };
    });
}

function literalOf(expression: unknown): Value | undefined {
  if (expression === undefined) return undefined;
  const constant = constantOf(expression);
  return typeof constant === "string" && !isCode(constant) ? constant : UNKNOWN;
}

const isCode = (text: string): boolean => text.includes("${");

/** Credentials in the login blocks that are written down; their names only. */
function loginInClear({ expressions }: ConfiguredProvider): string[] {
  return Object.entries(expressions).flatMap(([block, content]) => {
    if (!/^[a-z_]+_login$/.test(block)) return [];
    const blocks: readonly unknown[] = Array.isArray(content) ? content : [content];
    return blocks.flatMap((login) =>
      Object.entries(fields(login)).flatMap(([argument, expression]) => {
        const constant = constantOf(expression);
        const isLiteral = typeof constant === "string" && constant !== "" && !isCode(constant);
        return namesCredential(argument) && isLiteral ? [`${block}.${argument}`] : [];
      }),
    );
  });
}

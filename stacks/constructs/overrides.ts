import type { TerraformResource } from "cdktf";

/**
 * What was put over the attributes of a resource by `addOverride`, in code or by an Aspect: it is
 * what cdktf synthesizes, and so what a check has to expect.
 */
export function overridesOf(
  resource: TerraformResource | undefined,
  names: readonly string[],
): Record<string, unknown> {
  const raw: unknown = resource === undefined ? {} : Reflect.get(resource, "rawOverrides");
  const overrides = new Map<string, unknown>(Object.entries(raw ?? {}));
  return Object.fromEntries(
    names.filter((name) => overrides.has(name)).map((name) => [name, overrides.get(name)]),
  );
}

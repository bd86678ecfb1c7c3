import { defined } from "../../common/defined.ts";

/** The part of cdktf's HCL tree that is corrected here. */
interface RenderedResource {
  resource?: Record<string, Record<string, RenderedAttributes>>;
}
interface RenderedAttributes {
  lifecycle?: Lifecycle | { value: object };
}
interface Lifecycle {
  replace_triggered_by?: string[] | string;
  precondition?: unknown;
}

/**
 * Corrects what a resource renders for `cdktf synth --hcl`. cdktf would quote the addresses of
 * `replace_triggered_by`, which Terraform refuses: a text that starts with a bracket stays bare. And
 * it would render conditions as an argument: they are blocks.
 */
export function correctedForHcl(rendered: RenderedResource): RenderedResource {
  for (const instances of Object.values(rendered.resource ?? {})) {
    for (const attributes of Object.values(instances)) {
      const { lifecycle } = attributes;
      if (lifecycle !== undefined && !("value" in lifecycle)) {
        attributes.lifecycle = { value: correctedLifecycle(lifecycle) };
      }
    }
  }
  return rendered;
}

function correctedLifecycle({ replace_triggered_by, precondition, ...rest }: Lifecycle): object {
  return {
    ...rest,
    ...defined({
      replace_triggered_by:
        replace_triggered_by === undefined
          ? undefined
          : `[${[replace_triggered_by].flat().join(", ")}]`,
      precondition:
        precondition === undefined
          ? undefined
          : { value: precondition, isBlock: true, type: "list", storageClassType: "objectList" },
    }),
  };
}

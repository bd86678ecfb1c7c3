import * as z from "zod";
import { type CodePolicy, codePolicy } from "../../rules/code-policy.ts";

const texts = z.union([z.array(z.string()), z.string().transform((one) => [one])]);
const resourceSchema = z.looseObject({
  "//": z
    .looseObject({
      metadata: z
        .looseObject({ path: z.string().optional(), declaredAt: z.string().optional() })
        .optional(),
    })
    .optional(),
  lifecycle: z
    .looseObject({
      ignore_changes: texts.optional(),
      prevent_destroy: z.boolean().optional(),
      create_before_destroy: z.boolean().optional(),
    })
    .optional()
    .catch(undefined),
});
const documentSchema = z.looseObject({
  "//": z
    .looseObject({ metadata: z.looseObject({ stackName: z.string().optional() }).optional() })
    .optional(),
  resource: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

/** A line of a file. */
interface Place {
  readonly file: string;
  readonly line: number;
}

/** What only the synthesized code tells about a resource. */
export interface SynthesizedResource {
  /** Path of the construct. */
  readonly path?: string | undefined;
  /** Where the code declares it, if the synthesis was traced. */
  readonly declaredAt?: Place | undefined;
  readonly ignoresChanges: readonly string[];
  readonly preventDestroy: boolean;
}

/** What cdk.tf.json holds and no plan does. */
export interface SynthesizedStack {
  readonly stackName?: string | undefined;
  /** Which findings the code accepts, and which rules it turns off. */
  readonly policy: CodePolicy;
  /** By address, without index. */
  readonly resources: ReadonlyMap<string, SynthesizedResource>;
}

/** Reads the text of a cdk.tf.json; undefined where it is none. */
export function parseSynthesized(text: string): SynthesizedStack | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = documentSchema.safeParse(document);
  if (data === undefined) return undefined;
  const resources = new Map<string, SynthesizedResource>();
  for (const [type, named] of Object.entries(data.resource)) {
    for (const [name, block] of Object.entries(named)) {
      const { data: resource } = resourceSchema.safeParse(block);
      if (resource === undefined) continue;
      const { lifecycle } = resource;
      resources.set(`${type}.${name}`, {
        path: resource["//"]?.metadata?.path,
        declaredAt: placeIn(resource["//"]?.metadata?.declaredAt),
        ignoresChanges: lifecycle?.ignore_changes ?? [],
        preventDestroy: lifecycle?.prevent_destroy ?? false,
      });
    }
  }
  return { stackName: data["//"]?.metadata?.stackName, policy: codePolicy(document), resources };
}

function placeIn(written: string | undefined): Place | undefined {
  const [, file, line] = /^([^:]{1,500}):([1-9]\d{0,6})$/.exec(written ?? "") ?? [];
  return file === undefined ? undefined : { file, line: Number(line) };
}

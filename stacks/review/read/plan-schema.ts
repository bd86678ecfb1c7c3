import * as z from "zod";

/**
 * The JSON of a plan, format_version 1.x, as far as the review reads it (Terraform and OpenTofu,
 * internal/command/jsonplan). Further names are allowed everywhere; values stay as they are.
 */
const anything = z.unknown().optional();
const text = z.string();
const texts = z.array(text);

const changeSchema = z.object({
  actions: texts.default([]),
  before: anything,
  after: anything,
  after_unknown: anything,
  before_sensitive: anything,
  after_sensitive: anything,
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  importing: anything,
  generated_config: anything,
});

const resourceChangeSchema = z.object({
  address: text,
  previous_address: text.optional(),
  module_address: text.optional(),
  mode: text.default("managed"),
  type: text,
  name: text,
  index: anything,
  provider_name: text.optional(),
  deposed: text.optional(),
  action_reason: text.optional(),
  change: changeSchema,
});

const expressions = z.record(z.string(), z.unknown()).default({});

const configuredResourceSchema = z.object({
  address: text,
  mode: text.default("managed"),
  type: text,
  name: text,
  provider_config_key: text.optional(),
  expressions,
  provisioners: z.array(z.object({ type: text, expressions })).default([]),
  depends_on: texts.default([]),
});

const variableSchema = z.object({ sensitive: z.boolean().default(false), default: anything });

/** One module of the configuration; those inside of it are read one by one, as deep as they go. */
export const moduleSchema = z.object({
  resources: z.array(configuredResourceSchema).default(() => []),
  variables: z.record(z.string(), variableSchema).default({}),
  outputs: anything,
  module_calls: z
    .record(z.string(), z.object({ module: anything, expressions: anything }))
    .default({}),
});

const providerSchema = z.object({
  name: text,
  full_name: text.optional(),
  alias: text.optional(),
  module_address: text.optional(),
  version_constraint: text.optional(),
  expressions,
});

const checkSchema = z.object({
  address: z
    .object({
      to_display: text.optional(),
      type: text.optional(),
      name: text.optional(),
      module: text.optional(),
    })
    .default({}),
  status: text.default("unknown"),
  instances: z
    .array(
      z.object({
        address: z.object({ instance_key: anything }).default({}),
        status: text.default("unknown"),
      }),
    )
    .default(() => []),
});

/** The parts of a plan that the review reads. */
export const planSchema = z.object({
  format_version: text,
  terraform_version: text.optional(),
  timestamp: text.optional(),
  applyable: z.boolean().optional(),
  complete: z.boolean().optional(),
  errored: z.boolean().default(false),
  variables: z.record(z.string(), z.object({ value: anything })).default({}),
  planned_values: anything,
  prior_state: anything,
  resource_changes: z.array(resourceChangeSchema).default(() => []),
  resource_drift: z.array(resourceChangeSchema).default(() => []),
  output_changes: z.record(z.string(), changeSchema).default({}),
  deferred_changes: z
    .array(z.object({ reason: text.default("unknown"), resource_change: resourceChangeSchema }))
    .default(() => []),
  action_invocations: z.array(z.object({ address: text })).default(() => []),
  deferred_action_invocations: z
    .array(z.object({ action_invocation: z.object({ address: text }).optional() }))
    .default(() => []),
  checks: z.array(checkSchema).default(() => []),
  configuration: z
    .object({
      provider_config: z.record(z.string(), providerSchema).default({}),
      root_module: moduleSchema.optional(),
    })
    .default(() => ({ provider_config: {}, root_module: undefined })),
});

/** A plan as the review reads it. Every value in it is in clear. */
export type Plan = z.output<typeof planSchema>;
/** One entry of `resource_changes` or `resource_drift`. */
export type ResourceChange = z.output<typeof resourceChangeSchema>;
export type Module = z.output<typeof moduleSchema>;
export type ConfiguredResource = z.output<typeof configuredResourceSchema>;
export type ConfiguredProvider = z.output<typeof providerSchema>;

/** The names that format_version 1.2 has at the top, in an entry and in its change; others are named as news. */
export const KNOWN_NAMES = {
  plan: new Set([...Object.keys(planSchema.shape), "relevant_attributes", "proposed_unknown"]),
  entry: new Set([...Object.keys(resourceChangeSchema.shape), "index_unknown"]),
  change: new Set([...Object.keys(changeSchema.shape), "before_identity", "after_identity"]),
} as const;

/** Actions that the review understands. */
export const KNOWN_ACTIONS: ReadonlySet<string> = new Set([
  ...["no-op", "create", "read", "update", "delete", "forget", "open"],
]);

/** Reasons of actions in Terraform and OpenTofu. */
export const KNOWN_REASONS: ReadonlySet<string> = new Set([
  ...["cannot_update", "tainted"].map((reason) => `replace_because_${reason}`),
  ...["replace_by_request", "replace_by_triggers"],
  ...["no_resource_config", "wrong_repetition", "count_index", "each_key", "no_module"].map(
    (reason) => `delete_because_${reason}`,
  ),
  ...["delete_because_no_move_target", "delete_because_enabled_false"],
  ...["config_unknown", "dependency_pending", "check_nested"].map(
    (reason) => `read_because_${reason}`,
  ),
  ...["state", "config"].map((place) => `forgot_because_lifecycle_destroy_in_${place}`),
]);

/** Reasons for which Terraform puts a change off to a later plan. */
export const KNOWN_DEFERRALS: ReadonlySet<string> = new Set([
  ...["unknown", "instance_count_unknown", "resource_config_unknown", "provider_config_unknown"],
  ...["deferred_prereq", "absent_prereq"],
]);

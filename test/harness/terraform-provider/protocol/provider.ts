import type { EnvironmentVariables } from "../../../../common/environment-variables.ts";
import type { ProviderSchema } from "./schema.ts";
import type { ObjectValue, TerraformValue } from "./values.ts";

/** What a provider tells the user beside its answer. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail?: string;
}

/** A provider: what it declares, and what it does. `Client` is what its resources work with. */
export interface Provider<Client> {
  readonly schema: ProviderSchema;
  /**
   * How plans are made. `legacy` follows the second plugin SDK for Go (terraform-plugin-sdk), which
   * does not tell null from empty and may leave computed attributes empty; `strict` follows its
   * successor, the plugin framework.
   */
  readonly planning: "legacy" | "strict";
  /** Once per process, before any resource is touched. A thrown error is shown as an error. */
  configure(
    config: ObjectValue,
    environment: EnvironmentVariables,
  ): Promise<{ client: Client; diagnostics: readonly Diagnostic[] }>;
  readonly resources: Readonly<Record<string, ProviderResource<Client>>>;
  readonly dataSources: Readonly<Record<string, DataSource<Client>>>;
}

/** What a provider does with one kind of resource. States have every attribute of the schema. */
export interface ProviderResource<Client> {
  /** Attributes whose change replaces the resource. */
  readonly forceNew: readonly string[];
  /** Values of attributes that the configuration leaves out. */
  readonly defaults?: Readonly<Record<string, TerraformValue>>;
  /** Creates it and returns its state. Attributes still unknown then arrive as null. */
  create(client: Client, planned: ObjectValue): Promise<ObjectValue>;
  /** The state as it is now, or null where the resource is gone. */
  read(client: Client, state: ObjectValue): Promise<ObjectValue | null>;
  /** Changes it in place and returns its state. */
  update(client: Client, planned: ObjectValue, prior: ObjectValue): Promise<ObjectValue>;
  delete(client: Client, state: ObjectValue): Promise<void>;
  /** Turns the id given to `terraform import` into a state. */
  import?(client: Client, id: string): Promise<ObjectValue>;
}

/** A data source: reads, never changes. */
export interface DataSource<Client> {
  /** Values of attributes that the configuration leaves out. */
  readonly defaults?: Readonly<Record<string, TerraformValue>>;
  read(client: Client, config: ObjectValue): Promise<ObjectValue>;
}

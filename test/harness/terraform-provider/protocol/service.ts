import type { EnvironmentVariables } from "../../../../common/environment-variables.ts";
import { planLegacy, planStrict, withZeroValues } from "./plan.ts";
import type { Diagnostic, Provider } from "./provider.ts";
import { type BlockSchema, shapeObject, toSchemaMessage } from "./schema.ts";
import {
  decodeValue,
  encodeValue,
  isObject,
  type ObjectValue,
  type TerraformValue,
  withoutUnknowns,
} from "./values.ts";

/** A value on the wire: MessagePack, or JSON for a state that was stored by hand. */
interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

/** The requests of Terraform's plugin protocol 5, as far as the handlers read them. */
export interface Request {
  readonly type_name?: string;
  readonly id?: string;
  readonly config?: DynamicValue;
  readonly current_state?: DynamicValue;
  readonly prior_state?: DynamicValue;
  readonly planned_state?: DynamicValue;
  readonly proposed_new_state?: DynamicValue;
  readonly raw_state?: DynamicValue;
}

/** One handler for each call of the protocol. A handler never throws: it answers diagnostics. */
export type Handlers = Readonly<Record<string, (request: Request) => Promise<object>>>;

/**
 * The calls of Terraform's plugin protocol 5 on top of a provider's definition.
 *
 * With legacy planning it keeps a habit of the second plugin SDK for Go: an update that fails still
 * records the planned values in the state, so that attributes which are never read back are believed
 * to be set.
 */
export function createHandlers<Client>(
  provider: Provider<Client>,
  environment: EnvironmentVariables,
): Handlers {
  const { schema } = provider;
  const legacy_type_system = provider.planning === "legacy";
  let client: Client | undefined;

  const configured = (): Client => {
    if (client === undefined) throw new Error("The provider was not configured.");
    return client;
  };
  const resourceOf = (request: Request) => {
    const type = request.type_name ?? "";
    return {
      resource: known(provider.resources[type], "resource", type),
      block: known(schema.resource_schemas[type], "resource", type).block,
    };
  };
  const dataSourceOf = (request: Request) => {
    const type = request.type_name ?? "";
    return {
      source: known(provider.dataSources[type], "data source", type),
      block: known(schema.data_source_schemas[type], "data source", type).block,
    };
  };

  return mapHandlers({
    GetSchema: async () => ({
      provider: toSchemaMessage(schema.provider),
      resource_schemas: mapSchemas(schema.resource_schemas),
      data_source_schemas: mapSchemas(schema.data_source_schemas),
      server_capabilities: { get_provider_schema_optional: true },
    }),
    PrepareProviderConfig: async (request) => ({ prepared_config: request.config }),
    ValidateResourceTypeConfig: async () => ({}),
    ValidateDataSourceConfig: async () => ({}),
    Configure: async (request) => {
      const config = objectFrom(request.config) ?? {};
      const answer = await provider.configure(asObject(withoutUnknowns(config)), environment);
      client = answer.client;
      return { diagnostics: answer.diagnostics.map(toDiagnosticMessage) };
    },
    UpgradeResourceState: async (request) => {
      const { block } = resourceOf(request);
      const state = objectFrom(request.raw_state) ?? {};
      return { upgraded_state: toDynamic(shapeObject(block, state)) };
    },
    ReadResource: async (request) => {
      const { resource, block } = resourceOf(request);
      const state = required(request.current_state);
      return { new_state: toState(block, await resource.read(configured(), state)) };
    },
    PlanResourceChange: async (request) => {
      const { resource, block } = resourceOf(request);
      const proposed = objectFrom(request.proposed_new_state);
      if (!proposed) return { planned_state: toDynamic(null), legacy_type_system };
      const plan = legacy_type_system ? planLegacy : planStrict;
      const { planned, requiresReplace } = plan(block, resource, {
        prior: objectFrom(request.prior_state),
        config: required(request.config),
        proposed,
      });
      return {
        planned_state: toState(block, planned),
        requires_replace: requiresReplace.map((attribute_name) => ({
          steps: [{ attribute_name }],
        })),
        legacy_type_system,
      };
    },
    ApplyResourceChange: async (request) => {
      const { resource, block } = resourceOf(request);
      const prior = objectFrom(request.prior_state);
      const planned = objectFrom(request.planned_state);
      const answer = (state: ObjectValue | null, error?: unknown) => ({
        new_state: toState(block, state),
        legacy_type_system,
        ...(error === undefined ? {} : { diagnostics: [toErrorMessage(error)] }),
      });
      const wanted = planned && asObject(withoutUnknowns(planned));
      try {
        if (!wanted) {
          if (prior) await resource.delete(configured(), prior);
          return answer(null);
        }
        if (!prior) return answer(await resource.create(configured(), wanted));
        const updated = await resource.update(configured(), wanted, prior);
        return answer(legacy_type_system ? withZeroValues(block, prior, updated) : updated);
      } catch (error) {
        return answer(wanted && prior && legacy_type_system ? wanted : prior, error);
      }
    },
    ImportResourceState: async (request) => {
      const { resource, block } = resourceOf(request);
      if (!resource.import) throw new Error(`${request.type_name} cannot be imported.`);
      const state = await resource.import(configured(), request.id ?? "");
      return {
        imported_resources: [{ type_name: request.type_name, state: toState(block, state) }],
      };
    },
    ReadDataSource: async (request) => {
      const { source, block } = dataSourceOf(request);
      const config: Record<string, TerraformValue> = { ...required(request.config) };
      for (const [name, value] of Object.entries(source.defaults ?? {})) config[name] ??= value;
      return { state: toState(block, await source.read(configured(), config)) };
    },
    // The real provider's calls do not listen to Stop either: an apply that is interrupted ends
    // when the call under way has ended.
    Stop: async () => ({}),
  });
}

/** Turns what a handler throws into an error diagnostic. */
function mapHandlers(handlers: Handlers): Handlers {
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handle]) => [
      name,
      async (request: Request) => {
        try {
          return await handle(request);
        } catch (error) {
          return { diagnostics: [toErrorMessage(error)] };
        }
      },
    ]),
  );
}

function toDiagnosticMessage({ severity, summary, detail = "" }: Diagnostic) {
  return { severity: severity === "error" ? 1 : 2, summary, detail };
}

function toErrorMessage(error: unknown) {
  const summary = error instanceof Error ? error.message : String(error);
  return toDiagnosticMessage({ severity: "error", summary });
}

function toDynamic(value: TerraformValue): DynamicValue {
  return { msgpack: encodeValue(value) };
}

function toState(block: BlockSchema, state: ObjectValue | null): DynamicValue {
  return toDynamic(state && shapeObject(block, state));
}

function objectFrom(dynamic: DynamicValue | undefined): ObjectValue | null {
  const value = dynamic?.msgpack?.length
    ? decodeValue(dynamic.msgpack)
    : dynamic?.json?.length
      ? (JSON.parse(Buffer.from(dynamic.json).toString("utf8")) as TerraformValue)
      : null;
  return isObject(value) ? value : null;
}

function required(dynamic: DynamicValue | undefined): ObjectValue {
  const value = objectFrom(dynamic);
  if (!value) throw new Error("Terraform sent no object where the protocol requires one.");
  return value;
}

/** Narrows what {@link withoutUnknowns} made of an object. */
function asObject(value: TerraformValue): ObjectValue {
  if (!isObject(value)) throw new TypeError("An object stays an object without its unknowns.");
  return value;
}

function known<T>(value: T | undefined, what: string, type: string): T {
  if (value === undefined) throw new Error(`This provider has no ${what} of type ${type}.`);
  return value;
}

function mapSchemas(schemas: Readonly<Record<string, Parameters<typeof toSchemaMessage>[0]>>) {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, toSchemaMessage(schema)]),
  );
}

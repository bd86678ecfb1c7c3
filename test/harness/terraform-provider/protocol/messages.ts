import { fromJSON, type PackageDefinition } from "@grpc/proto-loader";

type Namespace = Parameters<typeof fromJSON>[0];
type Nested = NonNullable<Namespace["nested"]>[string];

/**
 * The part of Terraform's plugin protocol 5 that a provider serves, and go-plugin's own services,
 * as protobuf.js reads them. Numbers and names are those of Terraform's `tfplugin5.proto` and of
 * go-plugin; the schema call is named GetSchema although its messages are GetProviderSchema.
 */
const protocol: Namespace = {
  nested: {
    tfplugin5: {
      nested: {
        DynamicValue: message({ msgpack: ["bytes", 1], json: ["bytes", 2] }),
        Diagnostic: message({
          severity: ["int32", 1],
          summary: ["string", 2],
          detail: ["string", 3],
        }),
        AttributePath: message(
          { steps: ["repeated Step", 1] },
          { Step: message({ attribute_name: ["string", 1] }) },
        ),
        RawState: message({ json: ["bytes", 1] }),
        Schema: message(
          { version: ["int64", 1], block: ["Block", 2] },
          {
            Block: message({
              version: ["int64", 1],
              attributes: ["repeated Attribute", 2],
              block_types: ["repeated NestedBlock", 3],
              description: ["string", 4],
            }),
            Attribute: message({
              name: ["string", 1],
              type: ["bytes", 2],
              description: ["string", 3],
              required: ["bool", 4],
              optional: ["bool", 5],
              computed: ["bool", 6],
              sensitive: ["bool", 7],
            }),
            NestedBlock: message({
              type_name: ["string", 1],
              block: ["Block", 2],
              nesting: ["int32", 3],
              min_items: ["int64", 4],
              max_items: ["int64", 5],
            }),
          },
        ),
        ServerCapabilities: message({ get_provider_schema_optional: ["bool", 2] }),
        GetProviderSchema: call(
          {},
          {
            provider: ["Schema", 1],
            resource_schemas: ["map Schema", 2],
            data_source_schemas: ["map Schema", 3],
            diagnostics: ["repeated Diagnostic", 4],
            server_capabilities: ["ServerCapabilities", 6],
          },
        ),
        PrepareProviderConfig: call(
          { config: ["DynamicValue", 1] },
          { prepared_config: ["DynamicValue", 1], diagnostics: ["repeated Diagnostic", 2] },
        ),
        ValidateResourceTypeConfig: call(
          { type_name: ["string", 1], config: ["DynamicValue", 2] },
          { diagnostics: ["repeated Diagnostic", 1] },
        ),
        ValidateDataSourceConfig: call(
          { type_name: ["string", 1], config: ["DynamicValue", 2] },
          { diagnostics: ["repeated Diagnostic", 1] },
        ),
        UpgradeResourceState: call(
          { type_name: ["string", 1], version: ["int64", 2], raw_state: ["RawState", 3] },
          { upgraded_state: ["DynamicValue", 1], diagnostics: ["repeated Diagnostic", 2] },
        ),
        Configure: call(
          { terraform_version: ["string", 1], config: ["DynamicValue", 2] },
          { diagnostics: ["repeated Diagnostic", 1] },
        ),
        ReadResource: call(
          { type_name: ["string", 1], current_state: ["DynamicValue", 2], private: ["bytes", 3] },
          {
            new_state: ["DynamicValue", 1],
            diagnostics: ["repeated Diagnostic", 2],
            private: ["bytes", 3],
          },
        ),
        PlanResourceChange: call(
          {
            type_name: ["string", 1],
            prior_state: ["DynamicValue", 2],
            proposed_new_state: ["DynamicValue", 3],
            config: ["DynamicValue", 4],
            prior_private: ["bytes", 5],
          },
          {
            planned_state: ["DynamicValue", 1],
            requires_replace: ["repeated AttributePath", 2],
            planned_private: ["bytes", 3],
            diagnostics: ["repeated Diagnostic", 4],
            legacy_type_system: ["bool", 5],
          },
        ),
        ApplyResourceChange: call(
          {
            type_name: ["string", 1],
            prior_state: ["DynamicValue", 2],
            planned_state: ["DynamicValue", 3],
            config: ["DynamicValue", 4],
            planned_private: ["bytes", 5],
          },
          {
            new_state: ["DynamicValue", 1],
            private: ["bytes", 2],
            diagnostics: ["repeated Diagnostic", 3],
            legacy_type_system: ["bool", 4],
          },
        ),
        ImportResourceState: call(
          { type_name: ["string", 1], id: ["string", 2] },
          {
            imported_resources: ["repeated ImportedResource", 1],
            diagnostics: ["repeated Diagnostic", 2],
          },
          {
            ImportedResource: message({
              type_name: ["string", 1],
              state: ["DynamicValue", 2],
              private: ["bytes", 3],
            }),
          },
        ),
        ReadDataSource: call(
          { type_name: ["string", 1], config: ["DynamicValue", 2] },
          { state: ["DynamicValue", 1], diagnostics: ["repeated Diagnostic", 2] },
        ),
        Stop: call({}, { Error: ["string", 1] }),
        Provider: service({
          GetSchema: ["GetProviderSchema.Request", "GetProviderSchema.Response"],
          PrepareProviderConfig: [
            "PrepareProviderConfig.Request",
            "PrepareProviderConfig.Response",
          ],
          ValidateResourceTypeConfig: [
            "ValidateResourceTypeConfig.Request",
            "ValidateResourceTypeConfig.Response",
          ],
          ValidateDataSourceConfig: [
            "ValidateDataSourceConfig.Request",
            "ValidateDataSourceConfig.Response",
          ],
          UpgradeResourceState: ["UpgradeResourceState.Request", "UpgradeResourceState.Response"],
          Configure: ["Configure.Request", "Configure.Response"],
          ReadResource: ["ReadResource.Request", "ReadResource.Response"],
          PlanResourceChange: ["PlanResourceChange.Request", "PlanResourceChange.Response"],
          ApplyResourceChange: ["ApplyResourceChange.Request", "ApplyResourceChange.Response"],
          ImportResourceState: ["ImportResourceState.Request", "ImportResourceState.Response"],
          ReadDataSource: ["ReadDataSource.Request", "ReadDataSource.Response"],
          Stop: ["Stop.Request", "Stop.Response"],
        }),
      },
    },
    plugin: {
      nested: {
        Empty: message({}),
        StdioData: message({ channel: ["int32", 1], data: ["bytes", 2] }),
        ConnInfo: message({
          service_id: ["uint32", 1],
          network: ["string", 2],
          address: ["string", 3],
        }),
        GRPCController: service({ Shutdown: ["Empty", "Empty"] }),
        GRPCStdio: service({ StreamStdio: ["Empty", "stream StdioData"] }),
        GRPCBroker: service({ StartStream: ["stream ConnInfo", "stream ConnInfo"] }),
      },
    },
  },
};

/** Loads the services, ready for `Server.addService`. */
export function loadProtocol(): PackageDefinition {
  return fromJSON(protocol, { keepCase: true, longs: Number, defaults: false, oneofs: true });
}

type Fields = Readonly<Record<string, readonly [type: string, id: number]>>;

/** A message; a type may start with `repeated` or `map` (with string keys). */
function message(fields: Fields, nested?: Record<string, Nested>): Nested {
  const entries = Object.entries(fields).map(([name, [type, id]]) => {
    const [first = "", second] = type.split(" ");
    if (second === undefined) return [name, { type, id }];
    return first === "map"
      ? [name, { keyType: "string", type: second, id }]
      : [name, { rule: first, type: second, id }];
  });
  return { fields: Object.fromEntries(entries), ...(nested ? { nested } : {}) };
}

/** A message that only groups the request and the response of a call. */
function call(request: Fields, response: Fields, nested: Record<string, Nested> = {}): Nested {
  return message({}, { Request: message(request), Response: message(response), ...nested });
}

/** A service; a type may start with `stream`. */
function service(
  methods: Readonly<Record<string, readonly [request: string, response: string]>>,
): Nested {
  const side = (key: "request" | "response", type: string) => {
    const isStream = type.startsWith("stream ");
    return {
      [`${key}Type`]: isStream ? type.slice("stream ".length) : type,
      ...(isStream ? { [`${key}Stream`]: true } : {}),
    };
  };
  const entries = Object.entries(methods).map(([name, [request, response]]) => [
    name,
    { ...side("request", request), ...side("response", response) },
  ]);
  return { methods: Object.fromEntries(entries) };
}

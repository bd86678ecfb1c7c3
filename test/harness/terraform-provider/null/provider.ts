import { randomInt } from "node:crypto";
import type { Provider, ProviderResource } from "../protocol/provider.ts";

const MAX_ID = 2 ** 48 - 1;

const nullResource: ProviderResource<null> = {
  forceNew: ["triggers"],
  create: async (_client, planned) => ({ ...planned, id: String(randomInt(MAX_ID)) }),
  read: async (_client, state) => state,
  update: async (_client, planned) => planned,
  delete: async () => {},
};

/** Stand-in for `hashicorp/null` 3.2: `null_resource`, replaced when its triggers change. */
export const nullProvider: Provider<null> = {
  planning: "strict",
  schema: {
    provider: { version: 0, block: {} },
    resource_schemas: {
      null_resource: {
        version: 0,
        block: {
          attributes: {
            id: { type: "string", computed: true },
            triggers: { type: ["map", "string"], optional: true },
          },
        },
      },
    },
    data_source_schemas: {},
  },
  configure: async () => ({ client: null, diagnostics: [] }),
  resources: { null_resource: nullResource },
  dataSources: {},
};

import { describe, expect, test } from "vitest";
import type {
  Provider,
  ProviderResource,
} from "../../../harness/terraform-provider/protocol/provider.ts";
import {
  createHandlers,
  type Request,
} from "../../../harness/terraform-provider/protocol/service.ts";
import {
  decodeValue,
  encodeValue,
  type TerraformValue,
  UNKNOWN_VALUE,
} from "../../../harness/terraform-provider/protocol/values.ts";

const refuses = async (): Promise<never> => {
  throw new Error("the API refuses");
};

const thing: ProviderResource<string> = {
  forceNew: [],
  create: async (client, planned) => ({ ...planned, id: `${client}-1` }),
  read: async (_client, state) => (state.id === "gone" ? null : state),
  update: refuses,
  delete: refuses,
  import: async (_client, id) => ({ id, stray: "not in the schema" }),
};

const attributes = {
  id: { type: "string", optional: true, computed: true },
  text: { type: "string", optional: true },
} as const;

function provider(planning: "legacy" | "strict" = "legacy"): Provider<string> {
  return {
    planning,
    schema: {
      provider: { version: 0, block: {} },
      resource_schemas: { thing: { version: 0, block: { attributes } } },
      data_source_schemas: { look: { version: 0, block: { attributes } } },
    },
    configure: async () => ({
      client: "client",
      diagnostics: [{ severity: "warning", summary: "beware" }],
    }),
    resources: { thing, broken: thing },
    dataSources: { look: { defaults: { text: "default" }, read: async (_client, given) => given } },
  };
}

const wire = (value: TerraformValue) => ({ msgpack: encodeValue(value) });

interface Answer {
  readonly diagnostics?: readonly { severity: number; summary: string }[];
  readonly state: TerraformValue | undefined;
}

async function call(name: string, request: Request, used = provider()): Promise<Answer> {
  const handlers = createHandlers(used, {});
  await handlers.Configure?.({ config: wire({}) });
  const answer = (await handlers[name]?.(request)) as Record<string, unknown>;
  const state = (answer.new_state ?? answer.upgraded_state ?? answer.state) as
    | { msgpack: Uint8Array }
    | undefined;
  return {
    ...("diagnostics" in answer ? { diagnostics: answer.diagnostics as [] } : {}),
    state: state && decodeValue(state.msgpack),
  };
}

describe("the calls of the plugin protocol", () => {
  test("pass on the provider's warnings", async () => {
    const answer = await createHandlers(provider(), {}).Configure?.({ config: wire({}) });
    expect(answer).toEqual({ diagnostics: [{ severity: 2, summary: "beware", detail: "" }] });
  });

  test("answer an error instead of breaking the connection", async () => {
    const answer = await call("ReadResource", { type_name: "other", current_state: wire({}) });
    expect(answer.diagnostics).toMatchObject([
      { severity: 1, summary: "This provider has no resource of type other." },
    ]);
  });

  test("refuse to work before they are configured", async () => {
    const handlers = createHandlers(provider(), {});
    const answer = await handlers.ReadResource?.({ type_name: "thing", current_state: wire({}) });
    expect(answer).toMatchObject({
      diagnostics: [{ summary: "The provider was not configured." }],
    });
  });

  test("hand a resource no unknown value", async () => {
    const planned = wire({ id: UNKNOWN_VALUE, text: UNKNOWN_VALUE });
    const answer = await call("ApplyResourceChange", {
      type_name: "thing",
      prior_state: wire(null),
      planned_state: planned,
    });
    expect(answer).toEqual({ state: { id: "client-1", text: null } });
  });

  test("drop a resource that is gone from the state", async () => {
    const current = wire({ id: "gone", text: null });
    const answer = await call("ReadResource", { type_name: "thing", current_state: current });
    expect(answer).toEqual({ state: null });
  });

  test("give a stored state the shape of the schema", async () => {
    const json = Buffer.from(JSON.stringify({ id: "1", removed: "attribute" }));
    const answer = await call("UpgradeResourceState", { type_name: "thing", raw_state: { json } });
    expect(answer).toEqual({ state: { id: "1", text: null } });
  });

  test("fill in the defaults of a data source", async () => {
    const config = wire({ id: null, text: null });
    const answer = await call("ReadDataSource", { type_name: "look", config });
    expect(answer).toEqual({ state: { id: null, text: "default" } });
  });
});

describe("when a change fails", () => {
  const prior_state = wire({ id: "1", text: "old" });
  const update = { type_name: "thing", prior_state, planned_state: wire({ id: "1", text: "new" }) };

  test("legacy planning records the planned values all the same", async () => {
    const answer = await call("ApplyResourceChange", update);
    expect(answer.diagnostics).toMatchObject([{ severity: 1, summary: "the API refuses" }]);
    expect(answer.state).toEqual({ id: "1", text: "new" });
  });

  test("strict planning keeps what was there", async () => {
    const answer = await call("ApplyResourceChange", update, provider("strict"));
    expect(answer.state).toEqual({ id: "1", text: "old" });
  });

  test("a resource that could not be deleted stays in the state", async () => {
    const request = { type_name: "thing", prior_state, planned_state: wire(null) };
    expect((await call("ApplyResourceChange", request)).state).toEqual({ id: "1", text: "old" });
  });
});

describe("an update that removes an attribute", () => {
  const types = {
    id: { type: "string", optional: true, computed: true },
    text: { type: "string", optional: true },
    web: { type: "bool", optional: true },
    hour: { type: "number", optional: true },
    hosts: { type: ["list", "string"], optional: true },
    never: { type: "string", optional: true },
  } as const;
  const removing: Provider<string> = {
    ...provider(),
    schema: {
      ...provider().schema,
      resource_schemas: { thing: { version: 0, block: { attributes: types } } },
    },
    resources: { thing: { ...thing, update: async (_client, planned) => planned } },
  };
  const set = { id: "1", text: "old", web: true, hour: 3, hosts: ["a"], never: null };
  const removed = { id: "1", text: null, web: null, hour: null, hosts: null, never: null };

  test("leaves nothing of its type in the state, and null where it was never set", async () => {
    const request = { prior_state: wire(set), planned_state: wire(removed), type_name: "thing" };
    expect((await call("ApplyResourceChange", request, removing)).state).toEqual({
      id: "1",
      text: "",
      web: false,
      hour: 0,
      hosts: [],
      never: null,
    });
  });
});

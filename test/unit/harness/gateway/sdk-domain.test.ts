import * as sdk from "akeyless";
import { expect, test } from "vitest";
import { setStage } from "./api.ts";

type Fields = Readonly<Record<string, unknown>>;
interface SdkModel {
  constructFromObject(fields: object): object;
}

const models = sdk as unknown as Readonly<Record<string, SdkModel | undefined>>;

/** The SDK's calls about logins, items, Web Targets and custom rotated secrets. */
const DOMAIN =
  /^(auth|validateToken|getTags|rotateSecret|rollbackSecret)$|^(describe|list|delete|update|setState)Items?$|^setItemState$|WebTarget|^target(Create|Update)Web$|^(target(Get|GetDetails|Delete|List)|(get|delete)Target|getTargetDetails|listTargets)$|^(create|update)RotatedSecret$|^rotatedSecret(Create|Update)Custom$|RotatedSecretValue$|^rotatedSecret(GetValue|List|Delete)$|^gatewayListRotatedSecrets$|^(create|get|update)Secret(Value|Val)?$/;

const ITEM = "/sdk/app";
const LEGACY = "/sdk/legacy";

/** One life of everything, call by call: what is sent, and a part of what comes back. */
function life(
  url: string,
  key: { accessId: string; accessKey: string },
): [string, Fields, object][] {
  const { accessId, accessKey } = key;
  const secret = { "custom-payload": "first", "target-name": "/sdk/target" };
  const described = { item_name: ITEM, item_type: "ROTATED_SECRET" };
  return [
    [
      "auth",
      { "access-id": accessId, "access-key": accessKey },
      { token: expect.stringMatching(/^t-/) },
    ],
    ["validateToken", {}, { is_valid: true }],
    ["targetCreateWeb", { name: "/sdk/target", url }, { target_id: expect.any(Number) }],
    ["createWebTarget", { name: "/sdk/old", url }, { target_id: expect.any(Number) }],
    [
      "targetUpdateWeb",
      { name: "/sdk/target", url, description: "d" },
      { target_id: expect.any(Number) },
    ],
    ["updateWebTarget", { name: "/sdk/old", url: `${url}/2` }, {}],
    ["updateWebTargetDetails", { name: "/sdk/old", url }, { updated: true }],
    ["targetGet", { name: "/sdk/target" }, { target_name: "/sdk/target", comment: "d" }],
    ["getTarget", { name: "/sdk/old" }, { last_version: 3 }],
    ["targetGetDetails", { name: "/sdk/target" }, { value: { web_target_details: { url } } }],
    ["getTargetDetails", { name: "/sdk/old" }, { value: { web_target_details: { url } } }],
    [
      "targetList",
      { filter: "/sdk" },
      { targets: [{ target_name: "/sdk/old" }, { target_name: "/sdk/target" }] },
    ],
    ["listTargets", { filter: "/sdk/old" }, { targets: [{ target_name: "/sdk/old" }] }],
    ["rotatedSecretCreateCustom", { ...secret, name: ITEM, tags: ["a"] }, { name: ITEM }],
    [
      "createRotatedSecret",
      { ...secret, name: LEGACY, "rotator-type": "custom" },
      { name: LEGACY },
    ],
    ["rotatedSecretUpdateCustom", { name: ITEM, "add-tag": ["b"] }, { name: ITEM }],
    ["updateRotatedSecret", { name: LEGACY, "new-metadata": "old way" }, { name: LEGACY }],
    ["describeItem", { name: ITEM }, { ...described, item_tags: ["a", "b"], last_version: 1 }],
    ["getTags", { name: ITEM }, ["a", "b"]],
    ["updateItem", { name: ITEM, description: "described" }, { updated: true }],
    [
      "listItems",
      { path: "/sdk" },
      {
        items: [
          { ...described, item_metadata: "described" },
          { item_name: LEGACY, item_metadata: "old way" },
        ],
      },
    ],
    ["gatewayListRotatedSecrets", {}, { items: [{ item_name: ITEM }, { item_name: LEGACY }] }],
    ["rotatedSecretList", {}, { producers: [{ name: ITEM, active: true }, { name: LEGACY }] }],
    ["rotateSecret", { name: ITEM }, { name: ITEM }],
    ["rotatedSecretGetValue", { name: ITEM }, { value: { payload: "rotated-1" } }],
    ["getRotatedSecretValue", { names: ITEM, version: 1 }, { value: { payload: "first" } }],
    ["rollbackSecret", { name: ITEM, "old-version": 1 }, { name: ITEM, version: 3 }],
    ["setItemState", { name: ITEM, "desired-state": "Disabled" }, {}],
    ["createSecret", { name: "/sdk/static", value: "v" }, { name: "/sdk/static" }],
    ["updateSecretVal", { name: "/sdk/static", value: "w" }, {}],
    ["getSecretValue", { names: ["/sdk/static"] }, { "/sdk/static": "w" }],
    ["rotatedSecretDelete", { name: LEGACY }, { item_name: LEGACY }],
    ["deleteItem", { name: ITEM }, { item_name: ITEM }],
    ["deleteItems", { path: "/sdk" }, { path: "/sdk", deleted_items: ["/sdk/static"] }],
    ["targetDelete", { name: "/sdk/target" }, {}],
    ["deleteTarget", { name: "/sdk/old" }, {}],
  ];
}

/** Calls of the domain's neighbours, which the emulator says it does not play. */
const NEIGHBOURS = [
  "deleteTargets",
  "rotatedSecretSync",
  "rotatedSecretCreateLdap",
  "updateRotationSettings",
];

/** What of an answer the SDK's models do not know, or know as another type. */
function strange(answer: unknown, model: unknown, path: string): string[] {
  if (model instanceof Date) return model.toISOString() === answer ? [] : [path];
  if (typeof answer !== "object" || answer === null) return Object.is(answer, model) ? [] : [path];
  // The SDK gives an empty object as its text.
  if (model === "{}") return Object.keys(answer).length === 0 ? [] : [path];
  if (typeof model !== "object" || model === null) return [path];
  return Object.entries(answer).flatMap(([name, value]) =>
    strange(value, (model as Fields)[name], Array.isArray(answer) ? path : `${path}.${name}`),
  );
}

test("every call of the domain in Akeyless's npm SDK works; nothing that it sends is dropped, and every answer has its names and types", async () => {
  const { gateway, rotator } = await setStage();
  const api = new sdk.V2Api(new sdk.ApiClient(`${gateway.url}/v2`)) as unknown as Readonly<
    Record<string, (model: object) => Promise<{ data: unknown; response: { body: unknown } }>>
  >;
  const unknown = new Set<string>();
  let token = "";
  const ask = async (method: string, fields: Fields): Promise<unknown> => {
    const model = models[`${method.charAt(0).toUpperCase()}${method.slice(1)}`];
    if (!model) throw new Error(`the SDK has no model for ${method}`);
    const filled = Object.assign(model.constructFromObject({}), fields, token && { token });
    const call = api[`${method}WithHttpInfo`];
    if (!call) throw new Error(`the SDK has no call ${method}`);
    const { data, response } = await call.call(api, filled);
    for (const path of strange(response.body, data, method)) unknown.add(path);
    return data;
  };
  const calls = life(rotator.url, gateway);
  for (const [method, fields, expected] of calls) {
    const answer = await ask(method, fields);
    if (method === "auth") token = (answer as { token: string }).token;
    if (Array.isArray(expected)) expect(answer, method).toEqual(expected);
    else expect(answer, method).toMatchObject(expected);
  }
  expect(
    gateway.calls.flatMap(({ path, ignored = [] }) => ignored.map((name) => [path, name])),
  ).toEqual([]);

  // Newer SDKs know these two (the vendor's 5.0.40).
  const names = [...unknown].map((path) => path.split(".").at(-1));
  expect(new Set(names)).toEqual(new Set(["delete_protection", "agentic_rules"]));

  const methods = Object.getOwnPropertyNames(sdk.V2Api.prototype).filter(
    (name) => !name.endsWith("WithHttpInfo"),
  );
  expect(calls.map(([method]) => method).toSorted()).toEqual(
    methods.filter((name) => DOMAIN.test(name)).toSorted(),
  );
  for (const method of NEIGHBOURS)
    await expect(ask(method, { name: "/sdk/x" }), method).rejects.toMatchObject({ status: 501 });
});

import {
  ApiClient,
  Auth,
  DeleteItem,
  DescribeItem,
  ListItems,
  RotatedSecretCreateCustom,
  RotatedSecretGetValue,
  RotatedSecretUpdateCustom,
  RotateSecret,
  SetItemState,
  TargetCreateWeb,
  TargetDelete,
  V2Api,
} from "akeyless";
import { beforeEach, describe, expect, it } from "vitest";
import { type GatewayStage, SECRET, setStage } from "./api.ts";

/** Akeyless's own npm SDK as the client, used the way its README shows. */
describe("the emulated gateway, seen by Akeyless's npm SDK", () => {
  let stage: GatewayStage;
  let api: V2Api;
  let token: string;
  const ask = <Model extends object>(model: Model, fields: object = {}): Model =>
    Object.assign(model, { token, ...fields });

  beforeEach(async () => {
    stage = await setStage();
    api = new V2Api(new ApiClient(`${stage.gateway.url}/v2/`));
    const { accessId, accessKey } = stage.gateway;
    const auth = Auth.constructFromObject({ "access-id": accessId, "access-key": accessKey });
    ({ token } = await api.auth(auth));
    await api.targetCreateWeb(ask(new TargetCreateWeb("/rotator"), { url: stage.rotator.url }));
    const secret = new RotatedSecretCreateCustom(SECRET, "/rotator");
    await api.rotatedSecretCreateCustom(
      ask(secret, {
        "custom-payload": "first",
        description: "service account",
        "auto-rotate": "true",
        "rotation-interval": "30",
        "secure-access-enable": "true",
        "secure-access-web": true,
        "secure-access-host": ["app01"],
      }),
    );
  });

  const item = () => api.describeItem(ask(new DescribeItem(SECRET)));
  const payload = async () => {
    const { value } = await api.rotatedSecretGetValue(ask(new RotatedSecretGetValue(SECRET)));
    return value.payload;
  };

  it("rotates a secret and reads the new version", async () => {
    expect(await payload()).toBe("first");
    expect(await api.rotateSecret(ask(new RotateSecret(SECRET)))).toMatchObject({ name: SECRET });
    expect(await payload()).toBe("rotated-1");
    const described = await item();
    expect(described).toMatchObject({
      item_name: SECRET,
      item_type: "ROTATED_SECRET",
      last_version: 2,
      item_targets_assoc: [{ target_name: "rotator" }],
      item_general_info: { rotated_secret_details: { rotator_status: "RotationSucceeded" } },
    });
    expect(described.creation_date).toBeInstanceOf(Date);
    expect(described.next_rotation_date?.getTime()).toBe(
      stage.gateway.clock.now() + 30 * 86_400_000,
    );
  });

  it("takes the defaults that the SDK's models send with every update", async () => {
    await api.rotatedSecretUpdateCustom(ask(new RotatedSecretUpdateCustom(SECRET)));
    expect(stage.gateway.calls.at(-1)?.body).toMatchObject({
      description: "default_metadata",
      "secure-access-web": false,
    });
    // The sentinel leaves the description alone; the booleans, sent as false, switch the web off.
    expect(await item()).toMatchObject({
      item_metadata: "service account",
      item_general_info: { secure_remote_access_details: { is_web: false, host: ["app01"] } },
    });
    expect(await payload()).toBe("first");
  });

  it("lists, disables and deletes", async () => {
    const list = await api.listItems(ask(new ListItems(), { type: ["rotated-secret"] }));
    expect(list).toMatchObject({ items: [{ item_name: SECRET }], has_next: false });
    await api.setItemState(ask(new SetItemState("Disabled", SECRET)));
    expect((await item()).item_state).toBe("Disabled");
    const deleted = await api.deleteItem(ask(new DeleteItem(SECRET)));
    expect(deleted.item_name).toBe(SECRET);
    expect(deleted.deletion_date).toBeInstanceOf(Date);
    await api.targetDelete(ask(new TargetDelete("/rotator")));
    expect((await stage.post("/target-list")).body.targets).toEqual([]);
  });

  it("rejects with the SDK's plain object, which holds the gateway's words", async () => {
    stage.rotator.answer = () => ({ status: 401, body: '{"error":"invalid credentials"}' });
    const rejection: unknown = await api
      .rotateSecret(ask(new RotateSecret(SECRET)))
      .catch((error: unknown) => error);
    expect(rejection).not.toBeInstanceOf(Error);
    expect(rejection).toMatchObject({
      status: 500,
      body: {
        error:
          'creds rotation failed: unexpected response code 401: {"error":"invalid credentials"}',
      },
    });
    const missing = api.describeItem(ask(new DescribeItem("/absent")));
    await expect(missing).rejects.toMatchObject({ status: 404 });
  });
});

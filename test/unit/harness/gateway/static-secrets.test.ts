import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ApiClient,
  CreateSecret,
  DeleteItem,
  GetSecretValue,
  UpdateSecretVal,
  V2Api,
} from "akeyless";
import { expect, it, onTestFinished } from "vitest";
import { startGateway } from "../../../harness/gateway/index.ts";
import { setStage, tokenFor } from "./api.ts";

it("are written, read, changed and deleted by Akeyless's npm SDK", async () => {
  const { gateway } = await setStage();
  const token = await tokenFor(gateway);
  const api = new V2Api(new ApiClient(gateway.url));
  const ask = <Model extends object>(model: Model, fields = {}): Model =>
    Object.assign(model, { token, ...fields });
  const read = () => api.getSecretValue(ask(new GetSecretValue(["/first"])));
  await api.createSecret(ask(new CreateSecret("/first", "one")));
  expect(await read()).toEqual({ "/first": "one" });
  await api.updateSecretVal(ask(new UpdateSecretVal("/first", "two")));
  expect(await read()).toEqual({ "/first": "two" });
  await expect(api.createSecret(ask(new CreateSecret("/first", "x")))).rejects.toMatchObject({
    status: 409,
  });
  await api.deleteItem(ask(new DeleteItem("/first")));
  await expect(read()).rejects.toMatchObject({ status: 404 });
});

it("share their names with items, and are kept in the file", async () => {
  const directory = mkdtempSync(join(tmpdir(), "static-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const persist = join(directory, "state");
  const stage = await setStage({ persist });
  await stage.post("/create-secret", { name: "/prod/app", value: "one" });
  expect((await stage.createSecret()).status).toBe(409);
  await stage.createSecret({ name: "/other" });
  expect(
    (await stage.post("/update-item", { name: "/other", "new-name": "/prod/app" })).status,
  ).toBe(409);
  await stage.gateway.stop();
  await using again = await startGateway({ persist });
  expect(again.exportState().statics).toMatchObject([{ name: "/prod/app", value: "one" }]);
});

it("are read by the name as it was asked for, and neither described nor listed", async () => {
  const { post } = await setStage();
  await post("/create-secret", { name: "/first", value: "one" });
  expect((await post("/get-secret-value", { names: ["first"] })).body).toEqual({ first: "one" });
  expect((await post("/describe-item", { name: "/first" })).status).toBe(404);
  expect((await post("/list-items")).body.items).toEqual([]);
});

it("show no value to who may only list", async () => {
  const reader = {
    accessId: "p-planner",
    accessKey: "key",
    uidToken: "u-planner",
    rules: [{ path: "/*", capabilities: ["list"] }],
  } as const;
  const stage = await setStage({ users: [{ accessId: "p-operator", accessKey: "key" }, reader] });
  await stage.post("/create-secret", { name: "/first", value: "one" });
  const asked = { token: undefined, "uid-token": "u-planner", names: "/first" };
  expect((await stage.post("/get-secret-value", asked)).status).toBe(401);
});

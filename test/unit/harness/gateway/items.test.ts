import { describe, expect, it } from "vitest";
import { SECRET, setStage } from "./api.ts";

const NAME = { name: SECRET };

describe("versions", () => {
  it("are read by number, where 0 means the current one", async () => {
    const stage = await setStage();
    await stage.createSecret();
    await stage.rotate();
    await stage.rotate();
    expect(await stage.payload(0)).toBe("rotated-2");
    expect(await stage.payload(1)).toBe("first");
    expect(await stage.payload(2)).toBe("rotated-1");
    expect(await stage.payload(9)).toContain("Status 404 Not Found");
    const { body } = await stage.post("/get-rotated-secret-value", {
      names: "prod/app",
      version: 2,
    });
    expect(body).toEqual({ value: { payload: "rotated-1" } });
  });

  it("are pruned beyond max-versions", async () => {
    const stage = await setStage();
    await stage.createSecret({ "max-versions": "2" });
    for (let count = 0; count < 4; count += 1) await stage.rotate();
    const { item_versions, last_version } = await stage.describe();
    expect(last_version).toBe(5);
    expect(item_versions).toMatchObject([{ version: 4 }, { version: 5 }]);
    expect(await stage.payload(1)).toContain("404");
  });

  it("come back as a new version by a roll-back", async () => {
    const stage = await setStage();
    await stage.createSecret();
    await stage.rotate();
    const rollback = await stage.post("/rollback-secret", { ...NAME, "old-version": 1 });
    expect(rollback.body).toEqual({ ...NAME, version: 3 });
    expect(await stage.payload()).toBe("first");
    expect((await stage.post("/rollback-secret", { ...NAME, "old-version": 7 })).status).toBe(404);
    expect((await stage.post("/rollback-secret", NAME)).status).toBe(400);
  });

  it("are deleted one by one, but not the last", async () => {
    const stage = await setStage();
    await stage.createSecret();
    await stage.rotate();
    const deleted = await stage.post("/delete-item", { ...NAME, version: 2 });
    expect(deleted.body).toMatchObject({ item_name: SECRET, version_deleted: 2 });
    expect(await stage.payload()).toBe("first");
    expect((await stage.post("/delete-item", { ...NAME, version: 0 })).status).toBe(409);
  });
});

describe("items", () => {
  it.each(["/delete-item", "/rotated-secret-delete"])("are deleted by %s", async (path) => {
    const stage = await setStage();
    await stage.createSecret();
    expect((await stage.post(path, { ...NAME, version: -1 })).body).toMatchObject({
      item_name: SECRET,
      version_deleted: -1,
      deletion_date: new Date(stage.gateway.clock.now()).toISOString(),
    });
    const { status, body } = await stage.post("/describe-item", NAME);
    expect([status, body.error]).toEqual([
      404,
      "failed to obtain item description: Desc: Failed to get item. Status 404 Not Found, Error: NotFound. Message: account id: acc-emulated, access id: p-operator. failed to obtain item /prod/app",
    ]);
  });

  it("stay while delete protection is on", async () => {
    const stage = await setStage();
    await stage.createSecret({ delete_protection: "true" });
    const { status, body } = await stage.post("/delete-item", NAME);
    expect([status, body.error]).toEqual([403, expect.stringContaining("delete protection")]);
    await stage.post("/update-item", { ...NAME, delete_protection: "false" });
    expect((await stage.post("/delete-item", NAME)).status).toBe(200);
  });

  it("are deleted below a folder, but for what is kept, with its reason", async () => {
    const stage = await setStage();
    await stage.createSecret();
    await stage.createSecret({ name: "/prod/kept", delete_protection: "true" });
    await stage.createSecret({ name: "/production" });
    expect((await stage.post("/delete-items", { path: "/prod" })).body).toEqual({
      path: "/prod",
      deleted_items: [SECRET],
      failed_deleted_items: { "/prod/kept": expect.stringContaining("delete protection") },
    });
    expect((await stage.post("/list-items")).body).toMatchObject({
      items: [{ item_name: "/prod/kept" }, { item_name: "/production" }],
    });
  });

  it("neither show their value nor rotate while disabled", async () => {
    const stage = await setStage();
    await stage.createSecret();
    await stage.post("/set-item-state", { ...NAME, "desired-state": "Disabled" });
    expect(await stage.payload()).toContain("is disabled");
    expect((await stage.rotate()).body.error).toContain("is disabled");
    expect(await stage.describe()).toMatchObject({ is_enabled: false, item_state: "Disabled" });
    await stage.post("/set-item-state", { ...NAME, "desired-state": "Enabled" });
    expect(await stage.payload()).toBe("first");
    const odd = await stage.post("/set-item-state", { ...NAME, "desired-state": "Paused" });
    expect(odd.status).toBe(400);
  });

  it("are changed in part by update-item", async () => {
    const stage = await setStage();
    await stage.createSecret({ "secure-access-host": ["a"], description: "d" });
    await stage.post("/update-item", {
      ...NAME,
      description: "default_metadata",
      "new-metadata": "new",
      "max-versions": "3",
      "add-tag": ["t"],
      "secure-access-enable": "true",
      "secure-access-add-host": ["b", "c"],
      "secure-access-rm-host": ["a"],
      "secure-access-allow-external-user": "true",
      "new-name": "/prod/other",
    });
    const { body } = await stage.post("/describe-item", { name: "/prod/other" });
    expect(body).toMatchObject({
      item_metadata: "new",
      item_tags: ["t"],
      item_general_info: {
        rotated_secret_details: { max_versions: 3 },
        secure_remote_access_details: {
          enable: true,
          host: ["b", "c"],
          allow_providing_external_username: true,
        },
      },
    });
  });
});

describe("list-items", () => {
  it("filters by path, folder, type, tag, part of the name and remote access", async () => {
    const stage = await setStage();
    await stage.createSecret({ name: "/prod/a", tags: ["t"] });
    await stage.createSecret({ name: "/prod/deep/b", "secure-access-enable": "true" });
    await stage.createSecret({ name: "/product" });
    const names = async (fields: object) => {
      const { body } = await stage.post("/list-items", { ...fields });
      return (body.items as { item_name: string }[]).map(({ item_name }) => item_name);
    };
    expect(await names({})).toEqual(["/prod/a", "/prod/deep/b", "/product"]);
    expect(await names({ path: "/prod" })).toEqual(["/prod/a", "/prod/deep/b"]);
    expect(await names({ path: "/prod/", "current-folder": true })).toEqual(["/prod/a"]);
    expect(await names({ type: ["rotated-secret"] })).toHaveLength(3);
    expect(await names({ type: ["static-secret"] })).toEqual([]);
    expect(await names({ "sub-types": ["ldap"] })).toEqual([]);
    expect(await names({ tag: "t" })).toEqual(["/prod/a"]);
    expect(await names({ filter: "deep" })).toEqual(["/prod/deep/b"]);
    expect(await names({ "sra-only": true })).toEqual(["/prod/deep/b"]);
    expect((await stage.post("/list-items", { path: "/prod" })).body.folders).toEqual([
      "/prod/deep/",
    ]);
  });

  it("gives pages of 100", async () => {
    const stage = await setStage();
    await stage.createSecret({ name: "/many/099" });
    const create = (number: number) =>
      stage.post("/rotated-secret-create-custom", {
        name: `/many/${number}`,
        "target-name": "/rotator",
      });
    await Promise.all(Array.from({ length: 100 }, (_, index) => create(100 + index)));
    const first = (await stage.post("/list-items")).body;
    expect([(first.items as []).length, first.has_next]).toEqual([100, true]);
    const next = await stage.post("/list-items", { "pagination-token": first.next_page });
    expect(next.body).toMatchObject({ items: [{ item_name: "/many/199" }], has_next: false });
  });

  it("has siblings that list what the gateway rotates", async () => {
    const stage = await setStage();
    await stage.createSecret();
    expect((await stage.post("/rotated-secret-list")).body).toMatchObject({
      producers: [{ name: SECRET, type: "custom", active: true }],
    });
    expect((await stage.post("/gateway-list-rotated-secrets")).body).toMatchObject({
      items: [{ item_name: SECRET }],
    });
  });
});

import { describe, expect, it } from "vitest";
import { SECRET, setStage } from "./api.ts";

const TARGET = { name: "/apps/rotator", url: "https://rotator.internal/rotate" };

describe("Web Targets", () => {
  it("are created, read with every object that the provider dereferences, and deleted", async () => {
    const { post } = await setStage();
    const created = await post("/target-create-web", { ...TARGET, description: "ours" });
    expect(created).toEqual({ status: 200, body: { target_id: expect.any(Number) } });
    const details = await post("/target-get-details", { name: "apps/rotator" });
    expect(details.body).toMatchObject({
      value: { web_target_details: { url: TARGET.url } },
      target: {
        target_name: TARGET.name,
        target_type: "web",
        comment: "ours",
        protection_key_name: "",
        last_version: 1,
      },
    });
    expect(await post("/target-delete", { name: TARGET.name })).toEqual({ status: 200, body: {} });
    expect((await post("/target-get", { name: TARGET.name })).status).toBe(404);
  });

  it("keep what an update leaves empty, and get a version for a new URL", async () => {
    const { post } = await setStage();
    await post("/target-create-web", { ...TARGET, description: "ours", key: "/key" });
    const update = { name: TARGET.name, url: "https://other/rotate", key: "", description: "" };
    await post("/target-update-web", update);
    await post("/target-update-web", update);
    const { body } = await post("/target-get-details", {
      name: TARGET.name,
      "show-versions": true,
      "target-version": 1,
    });
    expect(body).toMatchObject({
      value: { web_target_details: { url: TARGET.url } },
      target: {
        comment: "ours",
        protection_key_name: "/key",
        last_version: 2,
        target_versions: [{ version: 1 }, { version: 2 }],
      },
    });
  });

  it("take another name, and their secrets follow", async () => {
    const { post, createSecret, describe: item } = await setStage();
    await createSecret();
    await post("/target-update-web", { name: "/rotator", "new-name": "moved" });
    expect(await item()).toMatchObject({ item_targets_assoc: [{ target_name: "moved" }] });
    expect((await post("/target-get", { name: "/moved" })).body).toMatchObject({
      target_items_assoc: [{ item_name: SECRET }],
    });
  });

  it("are not deleted while a secret uses them, unless by force", async () => {
    const stage = await setStage();
    await stage.createSecret();
    const refused = await stage.post("/target-delete", { name: "/rotator" });
    expect([refused.status, refused.body.error]).toEqual([
      409,
      expect.stringContaining(`is used by ${SECRET}`),
    ]);
    const forced = { name: "/rotator", "force-deletion": true };
    expect((await stage.post("/target-delete", forced)).status).toBe(200);
    expect((await stage.rotate()).body.error).toContain("target does not exist");
  });

  it("are protected against deletion; what locks them is kept, and no answer shows it", async () => {
    const stage = await setStage();
    const told: unknown[] = [];
    stage.gateway.onIgnored((ignored) => told.push(ignored));
    const protectedOne = { name: "/kept", url: "https://x", delete_protection: "true" };
    await stage.post("/target-create-web", { ...protectedOne, "lock-on-read": "true" });
    await stage.post("/target-update-web", { name: "/kept", "lock-ttl": 15 });
    expect(stage.gateway.exportState().targets).toMatchObject([
      { stored: { "lock-on-read": true, "lock-ttl": 15 } },
    ]);
    expect(told).toEqual([]);
    const remove = { name: "/kept", "force-deletion": true };
    expect((await stage.post("/target-delete", remove)).status).toBe(403);
    await stage.post("/target-update-web", { name: "/kept", delete_protection: "false" });
    expect((await stage.post("/target-delete", remove)).status).toBe(200);
  });

  it("answer to the deprecated paths too", async () => {
    const { post } = await setStage();
    await post("/create-web-target", { ...TARGET, comment: "old word" });
    await post("/update-web-target", { name: TARGET.name, url: "https://new" });
    expect((await post("/get-target-details", { name: TARGET.name })).body).toMatchObject({
      value: { web_target_details: { url: "https://new" } },
    });
    expect((await post("/list-targets")).body).toMatchObject({
      targets: [{ target_name: TARGET.name }],
    });
    expect((await post("/get-target", { name: TARGET.name })).status).toBe(200);
    expect((await post("/delete-target", { name: TARGET.name })).status).toBe(200);
  });

  it("are listed page by page, by type and by part of the name", async () => {
    const { post } = await setStage();
    for (let number = 100; number < 250; number += 1)
      await post("/target-create-web", { name: `/many/${number}`, url: "https://x" });
    const first = (await post("/target-list", { type: ["web"] })).body;
    expect(first.targets).toHaveLength(100);
    const second = (await post("/target-list", { "pagination-token": first.next_page })).body;
    expect(second.targets).toHaveLength(50);
    expect(second).not.toHaveProperty("next_page");
    expect((await post("/target-list", { filter: "/many/17" })).body.targets).toHaveLength(10);
    expect((await post("/target-list", { type: ["aws"] })).body.targets).toEqual([]);
    expect((await post("/target-list", { "pagination-token": "?" })).status).toBe(400);
  });

  it("refuse a name that is taken and a request without a name", async () => {
    const { post } = await setStage();
    await post("/target-create-web", TARGET);
    const again = await post("/target-create-web", { ...TARGET, name: "apps/rotator" });
    expect([again.status, again.body.error]).toEqual([
      409,
      expect.stringContaining("Error: AlreadyExists."),
    ]);
    expect(await post("/target-create-web", { url: "https://x" })).toEqual({
      status: 400,
      body: { error: "missing required parameter - name" },
    });
  });
});

import { describe, expect, it } from "vitest";
import { SECRET, setStage } from "./api.ts";

const ENABLED = { "secure-access-enable": "true" };
const MINUTE = 60_000;

describe("Secure Remote Access", () => {
  it("shows each setting under the name that the provider reads", async () => {
    const stage = await setStage();
    await stage.createSecret({
      ...ENABLED,
      "secure-access-host": ["app01", "app02:3389"],
      "secure-access-url": "https://app01/login",
      "secure-access-web": true,
      "secure-access-web-browsing": true,
      "secure-access-web-proxy": false,
      "secure-access-bastion-issuer": "/issuers/ssh",
      "secure-access-ssh-user": "ubuntu",
      "secure-access-rdp-domain": "corp",
      "secure-access-rdp-user": "svc",
      "secure-access-allow-external-user": true,
      "rotate-after-disconnect": "15",
      "lock-during-sra-session": "true",
    });
    const { item_general_info } = await stage.describe();
    expect(item_general_info.secure_remote_access_details).toEqual({
      enable: true,
      host: ["app01", "app02:3389"],
      url: "https://app01/login",
      is_web: true,
      isolated: true,
      web_proxy: false,
      bastion_issuer: "/issuers/ssh",
      ssh_user: "ubuntu",
      domain: "corp",
      rdp_user: "svc",
      allow_providing_external_username: true,
      rotate_after_disconnect: true,
      rotate_after_disconnect_delay_mins: 15,
      lock_during_sra_session: true,
      status_info: { is_in_use: false },
    });
  });

  it.each(["true", true, "0", 0])("rotates at once after a session for %j", async (setting) => {
    const stage = await setStage();
    await stage.createSecret({ ...ENABLED, "rotate-after-disconnect": setting });
    const end = await stage.gateway.closeSession(stage.gateway.openSession(SECRET));
    expect(end).toEqual({ rotation: "done", outcome: { payload: "rotated-1" } });
    expect(await stage.payload()).toBe("rotated-1");
    expect(stage.gateway.events).toEqual([]);
  });

  it("rotates after the delay in minutes", async () => {
    const stage = await setStage();
    await stage.createSecret({ ...ENABLED, "rotate-after-disconnect": "15" });
    const end = await stage.gateway.closeSession(stage.gateway.openSession(SECRET));
    expect(end).toEqual({ rotation: "planned", at: stage.gateway.clock.now() + 15 * MINUTE });
    await stage.gateway.advance(15 * MINUTE - 1);
    expect(await stage.payload()).toBe("first");
    await stage.gateway.advance(1);
    expect(await stage.payload()).toBe("rotated-1");
  });

  it.each([
    "false",
    false,
    undefined,
  ])("does not rotate after a session for %j", async (setting) => {
    const stage = await setStage();
    await stage.createSecret({ ...ENABLED, "rotate-after-disconnect": setting });
    const end = await stage.gateway.closeSession(stage.gateway.openSession(SECRET));
    expect(end).toEqual({ rotation: "none" });
  });

  it("locks reading, changing and rotating for the time of a session, where asked to", async () => {
    const stage = await setStage();
    await stage.createSecret({ ...ENABLED, "lock-during-sra-session": "true" });
    const session = stage.gateway.openSession(SECRET, "ada");
    const locked = expect.stringContaining("locked by a session of ada");
    expect(await stage.payload()).toEqual(locked);
    const update = { name: SECRET, "custom-payload": "x" };
    const answer = await stage.post("/rotated-secret-update-custom", update);
    expect([answer.status, answer.body.error]).toEqual([403, locked]);
    expect((await stage.rotate()).body.error).toEqual(locked);
    expect(await stage.describe()).toMatchObject({
      locking_info: { locked_by: "ada", unique_identifier: session },
      item_general_info: { secure_remote_access_details: { status_info: { is_in_use: true } } },
    });
    await stage.gateway.closeSession(session);
    expect(await stage.payload()).toBe("first");
  });

  it("opens no session where it is not enabled, and closes none twice", async () => {
    const stage = await setStage();
    await stage.createSecret();
    expect(() => stage.gateway.openSession(SECRET)).toThrow("remote access is not enabled");
    expect(() => stage.gateway.openSession("/absent")).toThrow("there is no item");
    await expect(stage.gateway.closeSession("x")).rejects.toThrow("no open session");
  });
});

import { describe, expect, test } from "vitest";
import { createRotatorLog } from "../../../../rotator/observability/logger.ts";
import type {
  Change,
  Credential,
  KeyCreation,
  Probe,
  System,
} from "../../../../rotator/systems/system.ts";
import { MemorySystem } from "./memory-system.ts";
import { rotatorFor } from "./rotate.ts";

const FIRST = { system: "app", username: "svc", password: "first-password" };
/** The object with a member that cannot be looked at. */
const without = (name: string, object: object) =>
  Object.defineProperty(object, name, {
    get: () => {
      throw new Error(`no ${name}`);
    },
  });

const ODD: [string, (result: string) => unknown][] = [
  ["a reason that is a Symbol", (result) => ({ result, reason: Symbol("x") })],
  ["a reason that cannot be a text", (result) => ({ result, reason: Object.create(null) })],
  ["a reason that is a number", (result) => ({ result, reason: 503 })],
  ["a reason that throws", (result) => without("reason", { result })],
  ["a result that throws", () => without("result", {})],
  ["a result that is not text", (result) => ({ result: { toString: () => result } })],
];

describe("what a system of somebody else's results in", () => {
  test.each(ODD)("probe: %s counts as unknown", async (_, odd) => {
    const system = new MemorySystem({ svc: "first-password" });
    system.probe = async () => odd("valid") as Probe;
    const { rotate, steps } = rotatorFor(system);
    await expect(rotate(FIRST)).rejects.toMatchObject({ code: "system_unavailable" });
    const detail = "current: malformed";
    expect(steps).toContainEqual(expect.objectContaining({ outcome: "unknown", detail }));
  });

  test("a reason that is an answer of the target is withheld", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    system.probe = async () => ({
      result: "unknown",
      reason: "500 <html>secret of another</html>",
    });
    const { rotate, steps } = rotatorFor(system);
    await expect(rotate(FIRST)).rejects.toMatchObject({ code: "system_unavailable" });
    expect(steps.map(({ detail }) => detail)).toContain("current: reason_withheld");
  });

  test.each(ODD)("change: %s counts as ambiguous", async (_, odd) => {
    const system = new MemorySystem({ svc: "first-password" });
    system.change = async (_current: Credential, next: Credential) => {
      system.accounts.set("svc", next.password);
      return odd("changed") as Change;
    };
    const { rotate, steps } = rotatorFor(system);
    expect(await rotate(FIRST)).toMatchObject({ outcome: "rotated" });
    expect(steps).toContainEqual(expect.objectContaining({ outcome: "ambiguous" }));
  });

  test.each<[string, unknown]>([
    ["no key", undefined],
    ["a key without a user name", { password: "made-by-the-system" }],
    ["a key with an empty secret", { username: "id-7", password: "" }],
    ["a key whose secret is a number", { username: "id-7", password: 1_234_567_890 }],
    ["a key whose id is a number", { username: 7, password: "made-by-the-system" }],
    ["a key that throws", without("password", { username: "id-7" })],
  ])("create: %s counts as ambiguous", async (_, key) => {
    const secrets: unknown[] = [];
    const system: System = {
      probe: async () => ({ result: "valid" }),
      change: async () => ({ result: "changed" }),
      keys: {
        create: async () => ({ result: "created", key }) as KeyCreation,
        revoke: async () => ({ result: "revoked" }),
      },
    };
    const { rotation, request } = rotatorFor(system);
    const rotating = rotation.rotate({
      ...request(FIRST, { strategy: "key-pair" }),
      onSecret: (secret) => secrets.push(secret),
    });
    await expect(rotating).rejects.toMatchObject({ code: "change_unconfirmed" });
    expect(secrets.filter((secret) => typeof secret !== "string")).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["nothing with a name", Object.create(null)],
    ["an error whose message is not text", Object.assign(new Error(), { message: Symbol("x") })],
    ["an error whose message throws", without("message", new Error())],
    ["an error whose cause throws", without("cause", new Error())],
  ])("probe: %s that is thrown counts as unknown, and is told", async (_, thrown) => {
    const lines: string[] = [];
    const { log } = createRotatorLog({ level: "info", write: (line) => lines.push(line) });
    const system = new MemorySystem({ svc: "first-password" });
    system.probe = async () => {
      throw thrown;
    };
    const { rotation, request } = rotatorFor(system);
    const rotating = rotation.rotate({ ...request(FIRST), log });
    await expect(rotating).rejects.toMatchObject({ code: "system_unavailable" });
    expect(lines.join("")).toContain("the system's verb failed");
  });
});

import { describe, expect, it } from "vitest";
import {
  RotationCheck,
  RotationPayload,
  type RotationPayloadProps,
  RotatorConfiguration,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { attributesOf, newSecret, newStack } from "./support.ts";

const configuration = RotatorConfiguration.fromText(`
items:
  /prod/app: { system: app, usernames: [svc] }
  /prod/pair: { system: app, usernames: [a, b], strategy: alternating }
  /prod/keys: { system: app, usernames: [svc, id-1], strategy: key-pair }
  /prod/orphan: { system: gone, usernames: [svc] }
systems:
  app: { type: http }
limits: { rotation_ms: 35000 }
`);

function declare(name: string, payload: Partial<RotationPayloadProps> = {}, timeoutSec = 40) {
  const stack = newStack();
  const target = new WebTarget(stack, "target", {
    name: "/rotator",
    url: "https://rotator.internal",
    rotator: configuration,
  });
  return newSecret(stack, {
    name,
    target,
    timeoutSec,
    payload: new RotationPayload({ system: "app", username: "svc", ...payload }),
  });
}

const pair = { username: "a", alternateWith: { username: "b" } };

describe("RotatorConfiguration", () => {
  it("accepts what the rotator would accept, and tells the check how long a rotation takes", () => {
    const secret = declare("prod/app");
    const check = new RotationCheck(secret, "Check", { secret });
    expect(JSON.stringify(attributesOf(check.node.defaultChild as never))).toContain(
      '\\"rotator_budget_sec\\" = 35',
    );
    expect(() => declare("/prod/pair", pair)).not.toThrow();
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "an item that is not listed",
      () => declare("/prod/other"),
      /do not agree: it does not list the item \(it lists \/prod\/app, /,
    ],
    [
      "another system",
      () => declare("/prod/app", { system: "db" }),
      /the payload names the system "db", the rotator binds the item to "app"/,
    ],
    [
      "another user",
      () => declare("/prod/app", { username: "root" }),
      /it does not list "root" under usernames \(it lists svc\)/,
    ],
    [
      "a key that the rotator would not revoke",
      () => declare("/prod/keys", { keyId: "id-1", keyName: "by-hand" }),
      /it does not list "by-hand" under usernames \(it lists svc, id-1\)/,
    ],
    ["a missing system", () => declare("/prod/orphan", { system: "gone" }), /has no system "gone"/],
    ["one account for two", () => declare("/prod/pair", { username: "a" }), /give alternateWith/],
    [
      "two accounts for one",
      () => declare("/prod/app", { alternateWith: { username: "b" } }),
      /the strategy is single/,
    ],
    [
      "a gateway that gives up first",
      () => declare("/prod/app", {}, 35),
      /gives up after 35 s.*give timeoutSec at least 40/,
    ],
  ])("refuses %s at synth", (_, declaration, message) => {
    expect(declaration).toThrow(message);
    expect(declaration).toThrow(expect.objectContaining({ code: "rotator_would_refuse" }));
  });

  it.each([
    ["no YAML", "items: [", /is not YAML/],
    ["no items", "systems: {}", /is not a configuration of a rotator: items/],
  ])("refuses %s", (_, text, message) => {
    expect(() => RotatorConfiguration.fromText(text)).toThrow(message);
  });

  it("names a file that cannot be read", () => {
    expect(() => RotatorConfiguration.fromFile("absent.yaml")).toThrow(
      "the rotator's configuration absent.yaml cannot be read",
    );
  });
});

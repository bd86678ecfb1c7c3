import { Testing } from "cdktf";
import { expect, test } from "vitest";
import {
  Duration,
  parseRulePolicy,
  RotatedAppCredential,
  RotationSchedule,
  RotationStack,
  synthesisFailure,
  WebTarget,
} from "../../../stacks/index.ts";

const HERE = /\n {2}at test\/unit\/stacks\/synthesis-failure\.test\.ts:\d+:\d+$/;

/** What is said about an error that the code throws. */
function said(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return synthesisFailure(error);
  }
  throw new Error("nothing was thrown");
}

test("a value that is refused is told with its place in the code", () => {
  const text = said(() => RotationSchedule.every(Duration.days(-1)));
  expect(text).toMatch(/^invalid_declaration: /);
  expect(text).toMatch(HERE);
  expect(text.split("\n")).toHaveLength(2);
});

test("so is a property that is refused, with its construct", () => {
  const stack = newStack();
  const text = said(() => newCredential(stack, "http//no-url"));
  expect(text).toMatch(/production\/rotator/);
  expect(text).toMatch(HERE);
});

test("and a mistake of one's own", () => {
  const nothing = undefined as unknown as { team: string };
  const text = said(() => nothing.team);
  expect(text).toMatch(/^TypeError: Cannot read properties of undefined/);
  expect(text).toMatch(HERE);
});

test("what the rules refuse is told in their sentences", () => {
  const stack = newStack();
  newCredential(stack, "https://rotator.internal/rotate", false);
  const text = said(() => Testing.fullSynth(stack));
  expect(text).toContain("AKR050 (high): delete protection is off");
  expect(text).not.toMatch(/^\s+at /m);
});

function newStack(): RotationStack {
  return new RotationStack(Testing.app(), "production", {
    environment: {
      gatewayAddress: "https://gw.internal.example.com:8080/v2",
      rotatorUrl: "https://rotator.internal/rotate",
      intervalUnit: "days",
      secureRemoteAccess: "staged",
      deleteProtection: false,
    },
    rules: parseRulePolicy(""),
  });
}

function newCredential(stack: RotationStack, url: string, deleteProtection = true) {
  const target = new WebTarget(stack, "rotator", { name: "rotator", url });
  const props = { target, system: "app", username: "svc", deleteProtection };
  return new RotatedAppCredential(stack, "app", props);
}

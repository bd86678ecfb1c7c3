import { expect, test } from "vitest";
import { readBootstrapPayload } from "../../../../stacks/declaration/payload-template.ts";

test("a payload made from a template keeps an id beyond 2^53 exactly", () => {
  const payload = readBootstrapPayload({
    ROTATION_KIT_PAYLOAD_TEMPLATE: '{"account":12345678901234567890,"password":{"$env":"FIRST"}}',
    FIRST: "p",
  });
  expect(payload).toBe('{"account":12345678901234567890,"password":"p"}');
});

import { expect, test } from "vitest";
import { SecretValues } from "../../../../stacks/review/conceal/secret-values.ts";
import { parsePlan } from "../../../../stacks/review/read/parse-plan.ts";
import { reviewPlans } from "../../../../stacks/review/review.ts";
import { inEveryFormat, OPTIONS } from "./plans.ts";

const SECRET = "akeyless_rotated_secret_custom";
const CANARY = "canary-of-the-hostile-plan";
const PAYLOAD = JSON.stringify({ system: "app", username: "svc", password: CANARY });

/** A secret that the plan creates, or updates from what it was before. */
const secret = (after: object, before?: object, address = `${SECRET}.app_0000000A`) => ({
  address,
  type: SECRET,
  name: address.replace(/^.*\./, ""),
  change: {
    actions: [before === undefined ? "create" : "update"],
    before: before ?? null,
    after: { name: "/app", custom_payload: PAYLOAD, ...after },
  },
});
const sensitive = (values: readonly string[]) => ({
  variables: Object.fromEntries(values.map((value, index) => [`v${index}`, { value }])),
  configuration: {
    root_module: {
      variables: Object.fromEntries(values.map((_, index) => [`v${index}`, { sensitive: true }])),
    },
  },
});
const times = <Entry>(count: number, make: (index: number) => Entry): Entry[] =>
  Array.from({ length: count }, (_, index) => make(index));
/** A value that JSON.stringify cannot write, because it nests deeper than the stack. */
const nested = (text: string) => `${"[".repeat(10_000)}"${text}"${"]".repeat(10_000)}`;

const long = "p".repeat(200_000);
const PLANS: readonly [string, object | string][] = [
  [
    "a name of a million characters",
    { resource_changes: [secret({ name: "/a".repeat(500_000) })] },
  ],
  [
    "a resource whose name has half a million parts",
    {
      resource_changes: [
        secret({}),
        {
          ...secret({}, undefined, `null_resource.${"a_".repeat(500_000)}0000000A`),
          type: "null_resource",
        },
      ],
    },
  ],
  [
    "a long name, and a thousand secrets that begin like every part of it",
    {
      ...sensitive(times(1000, (index) => `${"p".repeat(500 + index)}q`)),
      resource_changes: [secret({ name: long })],
    },
  ],
  [
    "longer lists than the stack takes",
    {
      prior_state: {
        values: {
          root_module: { resources: times(150_000, () => ({ values: {}, sensitive_values: {} })) },
        },
      },
      resource_changes: [
        {
          ...secret({}),
          change: {
            ...secret({ tags: ["x"] }).change,
            after_sensitive: { tags: times(150_000, () => false) },
          },
        },
      ],
    },
  ],
  [
    "values that nest deeper than the stack",
    JSON.stringify({
      format_version: "1.2",
      resource_drift: [secret({ tags: "@after" }, { tags: "@before" })],
      resource_changes: [secret({ tags: "@after" }, { tags: "@before" })],
    })
      .replaceAll('"@after"', nested("new"))
      .replaceAll('"@before"', nested("old")),
  ],
];

test.each(PLANS)("a hostile plan ends in a review of bounded length: %s", (_, plan) => {
  const text = typeof plan === "string" ? plan : JSON.stringify({ format_version: "1.2", ...plan });
  const parsed = parsePlan(Buffer.from(text), "plan.json");
  const review = reviewPlans({ plans: [{ ...parsed, stack: "hostile" }], unplanned: [] }, OPTIONS);
  const { secrets } = review.stacks[0] ?? { secrets: [] };
  expect(secrets.length).toBeGreaterThan(0);
  for (const [format, said] of inEveryFormat(review)) {
    expect(said.includes(CANARY), format).toBe(false);
    expect(said.length, format).toBeLessThan(4000 * (secrets.length + 10));
  }
});

test("what cannot be compared in bounded time counts as secret", () => {
  const values = new SecretValues();
  for (let length = 500; length < 1500; length++) values.add(`${"p".repeat(length)}q`);
  expect(values.hide(`a ${"p".repeat(400)} b`)).toBe(`a ${"p".repeat(400)} b`);
  expect(values.hide(`a ${"p".repeat(100_000)} b`)).toMatch(/^a p*\(hidden\)$/);
  expect(values.isIn("p".repeat(100_000))).toBe(true);
});

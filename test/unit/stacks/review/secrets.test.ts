import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutPlan } from "../../../../stacks/review/failed.ts";
import { parsePlan } from "../../../../stacks/review/read/parse-plan.ts";
import { parseSynthesized } from "../../../../stacks/review/read/synthesized.ts";
import { reviewPlans } from "../../../../stacks/review/review.ts";
import type { Review } from "../../../../stacks/review/review-schema.ts";
import { inEveryFormat, OPTIONS } from "./plans.ts";

/** Long enough that no name or number of the review equals it by chance; with characters to escape. */
const secrets = fc
  .tuple(
    fc.stringMatching(/^zq[a-z0-9]{7,10}$/),
    fc.constantFrom(
      "",
      "&<>\"'",
      " %/?#",
      "\\\n",
      "ü€😀",
      "`|*_",
      "@x #1",
      "::error::",
      "\u202e",
      `$\{x}`,
    ),
    fc.stringMatching(/^[A-Z0-9]{7,10}QZ$/),
  )
  .map((parts) => parts.join(""));

/** A value, with the marks that belong to it, in which the secret lies somewhere. */
const hidden = (secret: string) =>
  fc.letrec<{ part: [unknown, unknown] }>((tie) => ({
    part: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<[unknown, unknown]>(
        [secret, true],
        [[secret, 1], true],
        [{ [secret]: "x" }, true],
        [JSON.stringify({ k: [secret] }), true],
        [{ password: secret }, {}],
        [{ a: JSON.stringify({ api_key: { deep: secret } }) }, {}],
        [`https://user:${encodeURIComponent(secret)}@db.example.com/`, false],
      ),
      tie("part").map(([value, marks]): [unknown, unknown] => [
        [0, value],
        [false, marks],
      ]),
      tie("part").map(([value, marks]): [unknown, unknown] => [
        { x: 1, inner: value },
        { inner: marks },
      ]),
    ),
  })).part;

/** How something else may spell what it quotes. */
const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  url: encodeURIComponent,
  "url in small letters": (text) => encodeURIComponent(text).toLowerCase(),
  form: (text) => new URLSearchParams({ a: text }).toString(),
  base64: (text) => Buffer.from(text).toString("base64"),
  "base64 inside of something": (text) => Buffer.from(`ab${text}c`).toString("base64url"),
  hex: (text) => Buffer.from(text).toString("hex"),
  json: (text) => JSON.stringify(text),
  "small letters": (text) => text.toLowerCase(),
};

const SECRET_TYPE = "akeyless_rotated_secret_custom";
const ATTRIBUTES = [
  "description",
  "tags",
  "item_custom_fields",
  "secure_access_host",
  "key",
  "__proto__",
];

/** A plan that hides the secret in one place, and shows it in many others. */
function planWith(
  secret: string,
  attribute: string,
  [value, marks]: [unknown, unknown],
  where: string,
  spelled: (text: string) => string,
) {
  const actions = where === "delete" ? ["delete"] : where === "create" ? ["create"] : ["update"];
  const fields = {
    name: `/prod/${spelled(secret)}`,
    target_name: `/rotator-${spelled(secret)}`,
    secure_access_rdp_user: `h-${spelled(`user:${secret}:end`)}`,
    secure_access_rdp_domain: spelled(JSON.stringify({ p: secret })),
    auto_rotate: "false",
    rotation_interval: secret,
    custom_payload: JSON.stringify({
      system: "app",
      username: "svc",
      [secret]: secret,
      token: secret,
    }),
    secure_access_url: `https://x.example.com/${encodeURIComponent(secret)}`,
    secure_access_enable: "true",
    secure_access_ssh_user: `root@${secret}`,
  };
  const before = where === "create" ? null : { ...fields, name: "/prod/old" };
  const after =
    where === "delete" ? null : Object.fromEntries([...Object.entries(fields), [attribute, value]]);
  const address = `${SECRET_TYPE}.a[${JSON.stringify(secret)}]`;
  const change = {
    actions,
    before,
    after,
    after_unknown: {},
    before_sensitive: {},
    after_sensitive: Object.fromEntries([[attribute, marks]]),
  };
  return {
    format_version: "1.2",
    terraform_version: secret,
    timestamp: secret,
    [secret]: 1,
    variables: { open: { value } },
    resource_changes: [
      { address, type: SECRET_TYPE, name: "a", index: secret, change },
      {
        address: "akeyless_target_web.b",
        type: "akeyless_target_web",
        name: "b",
        change: {
          ...change,
          actions: ["create"],
          before: null,
          after: { name: secret, url: `https://${secret}.example.com/?${secret}=1` },
        },
      },
      {
        address: `other.${secret}`,
        type: `other_${secret}`,
        name: secret,
        action_reason: secret,
        change: { actions: [secret, "create"] },
      },
    ],
    deferred_changes: [
      {
        reason: secret,
        resource_change: {
          address: `module.m[${JSON.stringify(secret)}].${SECRET_TYPE}.c`,
          module_address: `module.m[${JSON.stringify(secret)}]`,
          previous_address: `${SECRET_TYPE}.c[${JSON.stringify(secret)}]`,
          ...{ type: SECRET_TYPE, name: "c", action_reason: secret },
          change: { actions: ["create"], before: null, after: { name: `/prod/c-${secret}` } },
        },
      },
    ],
    action_invocations: [{ address: `action.x.${secret}` }],
    relevant_attributes: [{ resource: `x.${secret}`, attribute: [secret] }],
    resource_drift: [
      { address, type: SECRET_TYPE, name: "a", change: { ...change, actions: ["update"] } },
    ],
    output_changes: {
      o: { actions: ["create"], before: null, after: secret, after_sensitive: where === "output" },
    },
    checks: [
      {
        address: { to_display: `check.${secret}` },
        status: "fail",
        instances: [
          { address: { instance_key: secret }, status: "fail", problems: [{ message: secret }] },
        ],
      },
    ],
    configuration: {
      root_module: { variables: { open: { default: secret }, old: { default: secret } } },
      provider_config: {
        akeyless: {
          name: "akeyless",
          alias: secret,
          version_constraint: secret,
          expressions: {
            api_gateway_address: { constant_value: `https://g.example.com/${secret}` },
          },
        },
      },
    },
  };
}

/** The review of a plan, and of code beside it in which paths and files are called like the secret. */
function reviewed(secret: string, plan: object): Review {
  const parsed = parsePlan(Buffer.from(JSON.stringify(plan)), "plan.json");
  const metadata = { path: `app/${secret}`, declaredAt: `${secret}.ts:7`, stackName: secret };
  const block = { "//": { metadata } };
  const synthesized = parseSynthesized(
    JSON.stringify({ ...block, resource: { [SECRET_TYPE]: { a: block, c: block } } }),
  );
  const found = { plans: [{ ...parsed, stack: secret, synthesized }], unplanned: [secret] };
  return reviewPlans(found, OPTIONS, [withoutPlan(secret, `Planning failed: ${secret}`)]);
}

const forms = (secret: string): string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64"),
  Buffer.from(secret).toString("base64url"),
  secret
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;"),
  Buffer.from(secret.slice(0, 8)).toString("hex"),
  // The two ends hold no character that any output would escape.
  secret.slice(0, 8),
  secret.slice(-8),
];

test("a secret under any mark or key, at any depth, is in no output, in no form", () => {
  fc.assert(
    fc.property(
      secrets.chain((secret) => fc.tuple(fc.constant(secret), hidden(secret))),
      fc.constantFrom(...ATTRIBUTES),
      fc.constantFrom("create", "update", "delete", "output"),
      fc.constantFrom(...Object.keys(SPELLINGS)),
      ([secret, part], attribute, where, spelling) => {
        const spelled = SPELLINGS[spelling] ?? String;
        const plan = planWith(secret, attribute, part, where, spelled);
        const review = reviewed(secret, plan);
        for (const [format, text] of inEveryFormat(review)) {
          for (const form of forms(secret))
            expect(text.includes(form), `${format}: ${form}`).toBe(false);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test("nothing is derived from a secret: plans that differ in nothing else give the same bytes", () => {
  const words = fc.stringMatching(/^[a-z]{4}[A-Za-z0-9]{6,30}$/);
  fc.assert(
    fc.property(
      words,
      words,
      fc.constantFrom("create", "update", "delete", "output"),
      (one, other, where) => {
        const [first, second] = [one, other].map((secret) =>
          inEveryFormat(
            reviewed(
              secret,
              planWith(secret, "tags", [[secret], true], where, (text) => text),
            ),
          ),
        );
        expect(first).toEqual(second);
      },
    ),
    { numRuns: 40 },
  );
});

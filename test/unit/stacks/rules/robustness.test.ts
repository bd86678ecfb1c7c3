import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RULES } from "../../../../stacks/rules/all.ts";
import { provider, secret, target } from "../../../../stacks/rules/domain/example.ts";
import { evaluate } from "../../../../stacks/rules/evaluate.ts";
import { readPayloadExpression } from "../../../../stacks/rules/evidence/expression.ts";
import { readPayloadText } from "../../../../stacks/rules/evidence/payload.ts";
import {
  type Attributes,
  type Deployment,
  type PlannedChange,
  type Resource,
  SENSITIVE,
  UNKNOWN,
  type Value,
} from "../../../../stacks/rules/model.ts";
import { rulePolicySchema } from "../../../../stacks/rules/policy-schema.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
/** Lists make more rules look at the values. */
const STRICT = rulePolicySchema.parse({
  allowed: {
    target_hosts: ["*.internal"],
    secure_access_hosts: ["*.internal"],
    certificate_issuers: ["/ssh/*"],
    encryption_keys: ["/keys/*"],
    gateways: ["*.internal"],
  },
  limits: {
    business_hours_utc: { from: 22, to: 6 },
    max_secrets_per_hour: 1,
    max_secrets_per_target: 1,
  },
});

const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(null, UNKNOWN, SENSITIVE, "true", "false", "0", "-1", "9".repeat(400)),
    fc.boolean(),
    fc.double(),
    fc.integer(),
    fc.string({ unit: "binary" }),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.domain(),
    fc.ipV4(),
    fc.ipV6(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
  ),
}));

const NAMES = [
  ...Object.keys(secret().attributes),
  ...["url", "key", "max_versions", "keep_prev_version", "timeout_sec", "rotate_after_disconnect"],
  ...["host", "url", "web", "web_browsing", "web_proxy", "certificate_issuer", "ssh_user"].map(
    (name) => `secure_access_${name}`,
  ),
  ...["rdp_user", "rdp_domain", "allow_external_user"].map((name) => `secure_access_${name}`),
];
const anyAttributes = fc.dictionary(fc.constantFrom(...NAMES), anyValue);
const anyChange = fc.constantFrom<PlannedChange>(
  ...(["declared", "none", "create", "update", "replace", "delete", "forget"] as const),
);
const anyPayload = fc
  .tuple(fc.oneof(fc.json(), fc.string({ unit: "binary" })), fc.boolean())
  .map(([text, sensitive]) => readPayloadText(text, sensitive));

const anyResource = (make: (attributes: Attributes) => Resource) =>
  fc
    .record({
      attributes: anyAttributes,
      before: anyAttributes,
      change: anyChange,
      payload: anyPayload,
      payloadBefore: anyPayload,
      payloadDrifted: fc.boolean(),
    })
    .map(({ attributes, ...more }) => ({ ...make(attributes), ...more }));

const judge = (deployment: Deployment) =>
  evaluate({ deployment, policy: STRICT, now: NOW, phase: "plan" });

describe("any deployment", () => {
  it("is judged without an error, in printable sentences", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anyResource(secret), anyResource(target)), { maxLength: 5 }),
        anyValue,
        (resources, gateway) => {
          const findings = judge({ resources, providers: [provider({ gateway })] });
          for (const { message } of findings) {
            expect(message).not.toMatch(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u);
            expect(message.length).toBeLessThan(1500);
          }
        },
      ),
    );
  });
});

describe("a secret in a payload or URL", () => {
  const canary = fc.stringMatching(/^[a-z]{8,16}$/).map((random) => `canary${random}`);

  it("never gets into a finding, whatever the payload looks like", () => {
    fc.assert(
      fc.property(canary, fc.jsonValue(), fc.boolean(), (value, around, sensitive) => {
        const shapes = [
          JSON.stringify({ password: value, nested: [{ token: value }], around, plain: value }),
          JSON.stringify([value]),
          JSON.stringify(value),
          value,
          `postgres://user:${value}@db/x`,
          `-----BEGIN PRIVATE KEY-----\n${value}`,
        ];
        const payloads = shapes.flatMap((text) => [
          readPayloadText(text, sensitive),
          readPayloadExpression(
            `\${jsonencode({"password" = "${value}", "a" = ${JSON.stringify(text)}})}`,
            () => sensitive,
          ),
        ]);
        const resources = payloads.map((payload, index) =>
          secret(
            {},
            {
              address: `akeyless_rotated_secret_custom.s${index}`,
              change: "update",
              payload,
              payloadBefore: readPayloadText(shapes[0] ?? "", false),
            },
          ),
        );
        const findings = judge({ resources, providers: [] });
        expect(findings.length).toBeGreaterThan(0);
        expect(JSON.stringify(findings)).not.toContain(value);
        expect(JSON.stringify(payloads)).not.toContain(value);
      }),
    );
  });

  it("never gets out of a URL", () => {
    fc.assert(
      fc.property(canary, (value) => {
        const urls = [
          `http://user:${value}@rotator.internal/`,
          `http://${value}:x@10.0.0.1/`,
          `https://rotator.example.com/?access_token=${value}&sig=${value}#${value}`,
          `https://rotator.example.com/${value}`,
          `http://[${value}`,
          `//user:${value}@host`,
          value,
        ];
        const resources = urls.flatMap((url, index) => [
          target({ url }, { address: `akeyless_target_web.t${index}` }),
          secret(
            { secure_access_url: url, secure_access_enable: "true" },
            { address: `akeyless_rotated_secret_custom.s${index}` },
          ),
        ]);
        const providers = urls.map((gateway) => provider({ gateway }));
        const findings = judge({ resources, providers });
        expect(findings.length).toBeGreaterThan(urls.length);
        expect(JSON.stringify(findings)).not.toContain(value);
      }),
    );
  });
});

describe("hostile names", () => {
  it("cannot forge lines, colors or reading order", () => {
    const name = 'a\u001b[31mred\nAKR001 (critical)\u202e\u200bx\u0000"\\';
    const findings = judge({
      resources: [
        secret({
          secure_access_enable: "true",
          secure_access_host: [name],
          secure_access_certificate_issuer: name,
          secure_access_ssh_user: `root@${name}`,
          key: name,
          rotation_interval: name,
        }),
      ],
      providers: [provider({ version: `>= ${name}` })],
    });
    const messages = findings.map(({ message }) => message).join("");
    expect(messages).toContain(
      'a\\u{1b}[31mred\\u{a}AKR001 (critical)\\u{202e}\\u{200b}x\\u{0}\\"\\\\',
    );
    expect(messages).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it("are shown in part when they are long", () => {
    const [finding] = judge({
      resources: [secret({ key: "k".repeat(5000) })],
      providers: [],
    }).filter(({ rule }) => rule === "AKR070");
    expect(finding?.message.length).toBeLessThan(300);
  });
});

it("every rule has a severity of its own and a phase that its examples agree with", () => {
  for (const rule of RULES.filter(({ phase }) => phase === "synth")) {
    const declared = rule.examples.fail.filter(({ resources = [] }) =>
      resources.every(({ change }) => change === "declared"),
    );
    expect(declared, rule.id).not.toEqual([]);
  }
});

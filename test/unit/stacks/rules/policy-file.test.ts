import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KitError } from "../../../../common/errors/kit-error.ts";
import { loadRulePolicy, parseRulePolicy } from "../../../../stacks/rules/policy-file.ts";
import { DEFAULT_RULE_POLICY } from "../../../../stacks/rules/policy-schema.ts";

const WHOLE = `
fail_at: critical
severity: { AKR013: info }
off:
  AKR044: { reason: our users work on managed machines, owner: platform team }
limits:
  min_rotation_interval: 12h
  max_rotation_interval: 90d
  max_secrets_per_hour: 10
  business_hours_utc: { from: 7, to: 18 }
  max_secrets_per_target: 5
  min_password_length: 24
  rotator_budget_seconds: 20
  timeout_margin_seconds: 10
allowed:
  target_hosts: ["*.internal.example.com"]
  secure_access_hosts: [app01.internal.example.com]
  certificate_issuers: [/ssh/*]
  encryption_keys: [/keys/prod]
  gateways: [gw.internal.example.com]
forbidden_users: [root, sa]
waivers:
  - rule: AKR050
    resource: akeyless_rotated_secret_custom.old-*
    reason: goes away with the old system
    owner: platform team
    expires: 2026-12-31
`;

const problems = (text: string): string => {
  try {
    parseRulePolicy(text);
  } catch (error) {
    expect(error).toBeInstanceOf(KitError);
    expect(error).toMatchObject({ code: "rules_file_invalid" });
    return (error as KitError).message;
  }
  throw new Error("the file is valid");
};

describe("rules.yaml", () => {
  it("may say all of this", () => {
    expect(parseRulePolicy(WHOLE)).toMatchObject({
      fail_at: "critical",
      limits: { max_rotation_interval: "90d" },
      waivers: [{ rule: "AKR050", expires: "2026-12-31" }],
    });
  });

  it.each(["", "# only a comment\n", "{}"])("may say nothing: %j", (text) => {
    expect(parseRulePolicy(text)).toEqual(DEFAULT_RULE_POLICY);
  });

  it("hears about every problem at once, by line, with what is allowed", () => {
    const message = problems(`fail_at: bad
severity: { AKR999: high }
off: { AKR050: { reason: short, owner: me } }
limits:
  max_rotation_interval: 3 months
  min_pasword_length: 3
waivers:
  - rule: AKR050
    resource: "*"
    reason: because it is so
    owner: me
    expires: 31.12.2026
`);
    expect(message.split("\n")).toEqual([
      "rules.yaml is not valid:",
      '  line 1, fail_at: must be critical or high or medium or low or info or never (given: "bad")',
      expect.stringMatching(
        /^ {2}line 2, severity\.AKR999: is not known here; allowed are AKR001, /,
      ),
      '  line 3, off.AKR050.reason: must have at least 10 characters (given: "short")',
      '  line 5, limits.max_rotation_interval: write a number and a unit: 30m, 12h or 90d (given: "3 months")',
      expect.stringMatching(
        /^ {2}line 6, limits\.min_pasword_length: is not known here; allowed are .*min_password_length/,
      ),
      '  line 12, waivers[0].expires: write a date: 2026-12-31 (given: "31.12.2026")',
    ]);
  });

  it.each([
    ["a: b: c", "belongs into quotes at line 1, column "],
    ["fail_at: low\nfail_at: high", "the same name occurs twice in one section at line 2"],
    ["- 1", "must be a section of names and values"],
    [
      "off: { AKR044: our users work on managed machines }",
      "line 1, off.AKR044: must be a section",
    ],
    [
      "limits: { min_rotation_interval: 90d, max_rotation_interval: 30d }",
      "line 1, limits.min_rotation_interval: is longer than max_rotation_interval",
    ],
    [
      "severity: { AKR050: low }\noff: { AKR050: { reason: a sandbox without data, owner: me } }",
      "line 2, off.AKR050: has another severity and is off: leave one of them out",
    ],
    [
      "waivers: [{ rule: AKR050, resource: a, reason: long enough, owner: me, expires: 2026-02-30 }]",
      "write a date",
    ],
  ])("refuses %j", (text, expected) => {
    expect(problems(text)).toContain(expected);
  });

  it("may take parts over from elsewhere in the file, as rotator.yaml may", () => {
    const policy = parseRulePolicy(`waivers:
  - &one { rule: AKR050, resource: a, reason: goes away soon, owner: me, expires: 2026-12-31 }
  - { <<: *one, resource: b }
`);
    expect(policy.waivers.map(({ resource }) => resource)).toEqual(["a", "b"]);
  });

  it("does not let a hostile key forge lines", () => {
    expect(problems('"a\\nb\\e[31m": 1')).toMatch(/^rules.yaml is not valid:\n[^\p{Cc}]*$/u);
  });
});

describe("loadRulePolicy", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rules-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("reads a named file", () => {
    const file = join(folder, "ours.yaml");
    writeFileSync(file, "fail_at: low");
    expect(loadRulePolicy(file).fail_at).toBe("low");
  });

  it("refuses a named file that does not exist", () => {
    expect(() => loadRulePolicy(join(folder, "missing.yaml"))).toThrow(
      /missing\.yaml cannot be read \(ENOENT: no such file/,
    );
  });
});

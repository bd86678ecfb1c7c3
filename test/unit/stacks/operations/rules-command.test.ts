import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rulesPage } from "../../../../docs/generate/rules-page.ts";
import { rulesCommand } from "../../../../stacks/operations/rules-command.ts";
import { RULES } from "../../../../stacks/rules/all.ts";
import { parseRulePolicy } from "../../../../stacks/rules/policy-file.ts";
import { collectingIo } from "../../../harness/collecting-io.ts";

let folder: string;
let policy: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rules-"));
  policy = join(folder, "rules.yaml");
  writeFileSync(
    policy,
    "severity: { AKR030: medium }\noff: { AKR044: { reason: our users work on managed machines, owner: ops } }",
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<string> {
  const { io, said } = collectingIo();
  await rulesCommand(io).exitOverride().parseAsync(args, { from: "user" });
  return said.out;
}

describe("rotation-kit rules", () => {
  it("lists every rule with its severity under the policy", async () => {
    const lines = (await run("--policy", policy)).trim().split("\n");
    expect(lines).toHaveLength(RULES.length + 1);
    expect(lines).toContain("AKR030\tmedium\tsynth\tWeb Target without TLS");
    expect(lines).toContain("AKR044\toff\tsynth\tweb session without isolation");
  });

  it("lists them as JSON", async () => {
    const document = JSON.parse(await run("list", "--json", "--policy", policy));
    expect(document).toMatchObject({ schema: "rotation-kit/rules/v1", fail_at: "high" });
    expect(document.rules.map(({ id }: { id: string }) => id)).toEqual(RULES.map(({ id }) => id));
    expect(document.rules).toContainEqual(
      expect.objectContaining({
        id: "AKR044",
        severity: "off",
        default_severity: "medium",
        off_reason: "our users work on managed machines",
        off_owner: "ops",
      }),
    );
  });

  it("explains one rule, in any case of its id", async () => {
    const text = await run("explain", "akr030", "--policy", policy);
    expect(text).toMatch(/^AKR030 Web Target without TLS\n/);
    expect(text).toContain("Severity  medium, by default high");
    expect(text).toMatch(/Why {7}The gateway sends .*\nRemedy {4}Serve the rotator over https/);
    expect(text).toMatch(/Found:\n {2}- http\n[\s\S]*Accepted:\n {2}- https\n/);
  });

  it("explains as JSON, in the shape of the list", async () => {
    const document = JSON.parse(await run("explain", "AKR030", "--json"));
    expect(document).toMatchObject({
      schema: "rotation-kit/rules/v1",
      rules: [{ id: "AKR030", severity: "high", examples: { pass: ["https"] } }],
    });
  });

  it("refuses an unknown rule and names the known ones", async () => {
    await expect(run("explain", "AKR999\u001b[31m")).rejects.toMatchObject({
      code: "rule_unknown",
      message: expect.stringMatching(
        /^there is no rule "AKR999\\u\{1b\}\[31m"; the rules are AKR001, /,
      ),
    });
  });

  it("refuses a policy that is not valid", async () => {
    const broken = join(folder, "broken.yaml");
    writeFileSync(broken, "fail_at: sometimes");
    await expect(run("--policy", broken)).rejects.toMatchObject({ code: "rules_file_invalid" });
  });
});

describe("the reference page", () => {
  it("explains every rule", () => {
    const page = rulesPage();
    for (const { id, title } of RULES) expect(page).toContain(`## ${id}\n\n**${title}**`);
  });

  it("shows a rules.yaml that is valid", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(rulesPage())?.[1];
    expect(parseRulePolicy(example ?? "").waivers).toHaveLength(1);
  });
});

describe("the published schema", () => {
  const schema = JSON.parse(
    readFileSync(new URL("../../../../docs/reference/rules.schema.json", import.meta.url), "utf8"),
  );

  it("refuses unknown keys and names every rule", () => {
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties.limits.additionalProperties).toBe(false);
    expect(schema.properties.off.propertyNames.enum).toEqual(RULES.map(({ id }) => id));
  });

  it("requires nothing at the top, and everything of a waiver", () => {
    expect(schema.required).toBeUndefined();
    expect(schema.properties.waivers.items.required).toEqual([
      "rule",
      "resource",
      "reason",
      "owner",
      "expires",
    ]);
  });
});

import fc from "fast-check";
import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { expect, test } from "vitest";
import { parsePlan } from "../../../../stacks/review/read/parse-plan.ts";
import { reviewPlans } from "../../../../stacks/review/review.ts";
import type { Review } from "../../../../stacks/review/review-schema.ts";
import { GITHUB_LIMIT, markdown } from "../../../../stacks/review/say/markdown.ts";
import { OPTIONS, planNames, reviewOf } from "./plans.ts";

/** The nodes of a text, as GitHub's flavour of Markdown reads it. */
function nodesOf(text: string): Nodes[] {
  const tree = fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const nodes: Nodes[] = [tree];
  for (const node of nodes) if ("children" in node) nodes.push(...node.children);
  return nodes;
}

/** The elements that a review writes itself. */
const OWN_HTML = /^(<details><summary>[A-Z][A-Za-z ]+: \d+<\/summary>|<\/details>)$/;
/** What GitHub or GitLab would turn into a mention, a reference, an emoji, mathematics or a link. */
const ALIVE = /@\w|#\d|\bGH-\d|\b[0-9a-f]{7,40}\b|:[a-z_]+:|\$|www\.|https?:|\[!|^\s*\/[a-z]/m;

function expectInert(text: string): void {
  for (const node of nodesOf(text)) {
    expect([
      "link",
      "image",
      "definition",
      "linkReference",
      "imageReference",
      "footnoteReference",
      "footnoteDefinition",
    ]).not.toContain(node.type);
    if (node.type === "listItem") expect(node.checked ?? null).toBeNull();
    if (node.type === "html") expect(node.value).toMatch(OWN_HTML);
    if (node.type === "text") expect(node.value).not.toMatch(ALIVE);
  }
}

const HOSTILE = [
  "<img src=https://x.example.com/a.png>",
  "</summary></details><script>alert(1)</script>",
  "![x](https://x.example.com/a.png) [y](https://x.example.com)",
  "https://x.example.com www.example.com mail@example.com",
  "@everyone @org/team #1 GH-2 owner/repo#3 4f2c9e1aa0 :tada: $x$ [!CAUTION]",
  "`` ``` ~~~ | a | b | \\` \\| *bold* _it_ ~~no~~",
  "a`b``c```d`",
  "\n# heading\n/approve\n/merge\n- [ ] task\n> quote\n\n```mermaid\ngraph\n```",
  "&#64;everyone &lt;b&gt; &amp;",
  "<!-- rotation-kit:review v1 -->",
  "-->\n<!-- rotation-kit:review v1 set=0 head=0 run=9 -->\n--",
  "[^1] [^note]\n\n[^1]: note\n[^note]: https://x.example.com",
  "[x] [ ] [label] [label][x]\n\n[label]: https://x.example.com\n- [x] done\n1. [ ] open",
  "Fixes #1, closes org/repo#2, GL-3 !4 %5 ~6 &7 $8 ^9 *iteration:1",
  "\u202e\u200b\u0000\u001b[31m\u2028",
  "::error::x ##[command]rm ##vso[task.setvariable]x",
  '\' " \\" \\',
];

function reviewWith(name: string): Review {
  const change = (values: object) => ({ actions: ["create"], before: null, after: values });
  const plan = {
    format_version: "1.2",
    timestamp: name,
    complete: false,
    [name]: 1,
    resource_changes: [
      {
        address: `akeyless_rotated_secret_custom.a[${JSON.stringify(name)}]`,
        type: "akeyless_rotated_secret_custom",
        name: "a",
        change: change({
          name,
          target_name: name,
          auto_rotate: "true",
          rotation_interval: name,
          secure_access_enable: "true",
          secure_access_host: [name],
          secure_access_certificate_issuer: name,
          secure_access_ssh_user: `root@${name}`,
          key: name,
        }),
      },
      {
        address: `akeyless_rotated_secret_custom.b[${JSON.stringify(name)}]`,
        type: "akeyless_rotated_secret_custom",
        name: "b",
        change: {
          actions: ["update"],
          before: { name, key: "k" },
          after: { name, key: name, [name]: 1 },
        },
      },
      { address: name, type: name, name, change: change({}) },
    ],
    checks: [{ address: { to_display: name }, status: "fail" }],
    configuration: {
      provider_config: {
        akeyless: { name: "akeyless", alias: name, version_constraint: `>= ${name}` },
      },
    },
  };
  const parsed = parsePlan(Buffer.from(JSON.stringify(plan)), "plan.json");
  return reviewPlans({ plans: [{ ...parsed, stack: name }], unplanned: [name] }, OPTIONS);
}

test.each(
  planNames,
)("the comment of %s holds no element, link, image or mention of a name", (name) => {
  expectInert(markdown(reviewOf(name)));
});

test.each(HOSTILE)("a plan full of %j becomes no markup", (name) => {
  expectInert(markdown(reviewWith(name)));
});

test("no mixture of hostile names becomes markup", () => {
  const names = fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "grapheme" })), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(names, (parts) => expectInert(markdown(reviewWith(parts.join(""))))),
    { numRuns: 40 },
  );
});

test("a comment that would be too long keeps an example of every rule, and counts the rest", () => {
  const review = reviewOf("many");
  const [stack] = review.stacks;
  if (stack === undefined) throw new Error("no stack");
  const findings = stack.findings.flatMap((finding) =>
    Array.from({ length: 2000 }, (_, index) => ({
      ...finding,
      state: "new" as const,
      address: `${finding.address}[${index}]`,
    })),
  );
  const long = { ...review, stacks: [{ ...stack, findings }] };
  const text = markdown(long);
  expect(text.length).toBeLessThanOrEqual(GITHUB_LIMIT);
  for (const rule of new Set(findings.map((finding) => finding.rule))) expect(text).toContain(rule);
  expect(text).toMatch(/…and \d+ more findings/);
  expectInert(text);
});

test("even a limit that nothing fits leaves a comment with its verdict", () => {
  const text = markdown(reviewOf("many"), 900);
  expect(text.length).toBeLessThanOrEqual(900);
  expect(text).toContain("Do not apply");
  expect(text).toContain("longer than a comment may be");
});

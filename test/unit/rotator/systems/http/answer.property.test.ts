import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Answer,
  answerValueAt,
  classify,
} from "../../../../../rotator/systems/http/answer.ts";
import { loadRecipe, shippedRecipes } from "../../../../../rotator/systems/http/load-recipe.ts";
import type { ReferenceValue } from "../../../../../rotator/systems/http/reference.ts";

const scope = new Map<string, ReferenceValue>([
  ["account.username", "svc"],
  ["account.password", "current"],
  ["next.username", "svc"],
  ["next.password", "next"],
  ["key.name", "kit-1"],
  ["found.id", 7],
  ["found.user_id", "7"],
]);

const answers: fc.Arbitrary<Answer> = fc
  .tuple(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.jsonValue(), fc.constant(undefined)))
  .map(([status, json]) => ({
    status,
    text: json === undefined ? "<html></html>" : JSON.stringify(json),
    json: json as ReferenceValue | undefined,
    cookies: [],
    headers: {},
  }));

test.each(
  await shippedRecipes(),
)("%s: an answer that nobody described never proves that a password is wrong, or was changed", async (name) => {
  const { probe, change, keys } = await loadRecipe(name, "/");
  const verbs = [
    probe.answers,
    change.account?.answers,
    change.admin?.answers,
    keys?.create.answers,
  ];
  fc.assert(
    fc.property(answers, (answer) => {
      for (const conditions of verbs) {
        if (conditions === undefined) continue;
        const listed = Object.values(conditions).flat();
        const { kind } = classify<string>(conditions, answer, scope);
        const statuses = listed.flatMap((condition) => condition?.status ?? []);
        if (!statuses.includes(answer.status)) expect(kind).toBeUndefined();
      }
    }),
    { numRuns: 300 },
  );
});

test.each(
  await shippedRecipes(),
)("%s: a page of a proxy is not an answer of the product, though its status is 200", async (name) => {
  const { authentication, probe, change, keys } = await loadRecipe(name, "/");
  const page = {
    status: 200,
    text: "<html>Sign in</html>",
    json: undefined,
    cookies: [],
    headers: {},
  };
  const logins = Object.values(authentication).map(
    (flow) => flow && "answers" in flow && flow.answers,
  );
  const verbs = [...logins, probe.answers, change.account?.answers, change.admin?.answers];
  for (const conditions of [...verbs, keys?.create.answers]) {
    if (conditions) expect(classify<string>(conditions, page, scope).kind).toBeUndefined();
  }
});

test("two kinds that claim the same answer cancel each other", () => {
  const condition = { status: 200 };
  const answer = { status: 200, text: "", json: undefined, cookies: [], headers: {} };
  expect(classify({ valid: [condition], invalid: [condition] }, answer, scope)).toEqual({
    kind: undefined,
    reason: "contradictory_answer",
  });
});

test("a pointer finds what JSON holds, and nothing of the language around it", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(fc.string()), (json, path) => {
      const pointer = path
        .map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`)
        .join("");
      let expected: unknown = json;
      for (const part of path) {
        const isHere =
          typeof expected === "object" && expected !== null && Object.keys(expected).includes(part);
        expected = isHere ? (expected as Record<string, unknown>)[part] : undefined;
      }
      expect(answerValueAt(json as ReferenceValue, pointer)).toEqual(expected);
    }),
  );
  for (const name of ["__proto__", "constructor", "toString"]) {
    expect(answerValueAt({}, `/${name}`)).toBeUndefined();
  }
  expect(answerValueAt([1, 2], "/length")).toBeUndefined();
});

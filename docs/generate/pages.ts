import * as z from "zod";
import { rotatorJsonSchema } from "../../rotator/config/settings.ts";
import { ROTATOR_DOCUMENTS } from "../../rotator/process/documents.ts";
import { DOCUMENTS } from "../../stacks/operations/documents.ts";
import { reviewJsonSchema } from "../../stacks/review/review-schema.ts";
import { rulesJsonSchema } from "../../stacks/rules/policy-schema.ts";
import casesDocument from "../../test/harness/conformance/cases.json" with { type: "json" };
import { apiPage } from "./api-page.ts";
import { cliPage } from "./cli-page.ts";
import { configurationPage } from "./configuration-page.ts";
import { constructsPage } from "./constructs-page.ts";
import { contractPage } from "./contract-page.ts";
import { coveragePage } from "./coverage-page.ts";
import { errorsPage } from "./errors-page.ts";
import { fidelityPage } from "./fidelity-page.ts";
import { metricsPage } from "./metrics-page.ts";
import { openApiDocument } from "./openapi.ts";
import { prometheusRule } from "./prometheus-rule.ts";
import { commandJsonSchema, recipeJsonSchema, recipesPage } from "./recipes-page.ts";
import { rulesPage } from "./rules-page.ts";

/** Every generated file with its text, by its path below the root. */
export function generatedPages(): Readonly<Record<string, string>> {
  const constructs = constructsPage();
  return {
    "docs/reference/api.md": apiPage(constructs),
    "docs/reference/rotator-configuration.md": configurationPage(),
    "docs/reference/rotator.schema.json": json({
      title: "rotator.yaml",
      ...rotatorJsonSchema(),
    }),
    "docs/reference/rotator.openapi.json": json(openApiDocument()),
    "docs/reference/cli.md": cliPage(),
    "docs/reference/constructs.md": constructs,
    "docs/reference/coverage.md": coveragePage(),
    "docs/reference/errors.md": errorsPage(),
    "docs/reference/rotator-contract.md": contractPage(),
    "docs/reference/rotator-cases.json": json(casesDocument),
    "docs/reference/metrics.md": metricsPage(),
    "docs/reference/gateway-fidelity.md": fidelityPage(),
    "docs/reference/recipes.md": recipesPage(),
    "docs/reference/recipe.schema.json": json(recipeJsonSchema()),
    "docs/reference/command.schema.json": json(commandJsonSchema()),
    "docs/reference/output.schema.json": json(outputJsonSchema()),
    "docs/reference/rules.md": rulesPage(),
    "docs/reference/rules.schema.json": json(rulesJsonSchema()),
    "deploy/kubernetes/base/prometheus-rule.yaml": prometheusRule(),
    "docs/reference/review.schema.json": json(reviewJsonSchema()),
  };
}

/** JSON Schema (draft 2020-12) of every document that a command prints with `--json`. */
function outputJsonSchema() {
  const documents = [...Object.values(DOCUMENTS), ...Object.values(ROTATOR_DOCUMENTS)];
  return z.toJSONSchema(z.union(documents), { io: "input" });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

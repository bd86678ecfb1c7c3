import { createHash } from "node:crypto";
import { defined } from "../../../common/defined.ts";
import { RULES } from "../../rules/all.ts";
import type { Severity } from "../../rules/severity.ts";
import { failuresOf } from "../judge/verdict.ts";
import type { Review, ReviewedFinding } from "../review-schema.ts";
import { jsonText, neutral } from "./neutral.ts";
import { rotationText } from "./words.ts";

/** What GitHub stores of a run. */
const MAX_RESULTS = 5000;

const LEVELS: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "warning",
  info: "note",
};

/** GitHub sorts by this number (code scanning, security-severity). */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
  info: "0.0",
};

const BASELINES = {
  new: "new",
  worse: "updated",
  as_before: "unchanged",
  fixed: "absent",
} as const;

/**
 * The review as SARIF 2.1.0, for code scanning. A finding belongs to a resource: it points at the line
 * that declares it where the synthesis traced that, else at the file of the declarations as a whole.
 *
 * @param location path of that file in the repository
 */
export function sarif(review: Review, location: string): string {
  const results = review.stacks.flatMap(({ name, findings }) =>
    findings
      .filter(({ state }) => state !== "fixed")
      .map((finding) => resultOf(finding, name, location)),
  );
  const failures = review.stacks.flatMap((stack) =>
    failuresOf(stack).map((failure) => ({
      level: "error",
      message: { text: neutral(`${stack.name}: ${failure}`) },
    })),
  );
  const said = review.stacks
    .flatMap(({ rotations = [] }) => rotations)
    .map((rotation) => ({
      level: rotation.error === undefined ? "note" : "warning",
      message: { text: neutral(rotationText(rotation)) },
    }));
  return jsonText({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "akeyless-rotation-kit",
            version: review.kit,
            rules: RULES.map((rule) => ({
              id: rule.id,
              shortDescription: { text: rule.title },
              fullDescription: { text: rule.reason },
              help: { text: rule.remedy },
              defaultConfiguration: { level: LEVELS[rule.severity] },
              properties: { tags: ["security"], "security-severity": SCORES[rule.severity] },
            })),
          },
        },
        ...(failures.length + said.length > 0 && {
          invocations: [
            {
              executionSuccessful: failures.length === 0,
              toolExecutionNotifications: [...failures, ...said],
            },
          ],
        }),
        results: results.slice(0, MAX_RESULTS),
        ...defined({
          properties:
            results.length > MAX_RESULTS ? { left_out: results.length - MAX_RESULTS } : undefined,
        }),
      },
    ],
  });
}

function resultOf(finding: ReviewedFinding, stack: string, location: string) {
  const { rule, severity, address, attribute, message, remedy, state, waiver } = finding;
  const { declared_at: at } = finding;
  const place = address === undefined ? neutral(stack) : `${neutral(stack)}: ${neutral(address)}`;
  return {
    ruleId: rule,
    ruleIndex: RULES.findIndex(({ id }) => id === rule),
    level: LEVELS[severity],
    baselineState: BASELINES[state],
    message: { text: `${place}: ${neutral(message)}. ${remedy}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(neutral(at?.file ?? location)) },
          ...(at !== undefined && { region: { startLine: at.line } }),
        },
        logicalLocations: [{ fullyQualifiedName: place, kind: "resource" }],
      },
    ],
    partialFingerprints: {
      primaryLocationLineHash: fingerprint([rule, stack, address, attribute]),
    },
    ...defined({
      suppressions:
        waiver === undefined
          ? undefined
          : [{ kind: "external", status: "accepted", justification: neutral(waiver.reason) }],
    }),
  };
}

/** Of where the finding is, never of what was found. */
const fingerprint = (place: readonly (string | undefined)[]): string =>
  createHash("sha256").update(JSON.stringify(place)).digest("hex").slice(0, 32);

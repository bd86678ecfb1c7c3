import * as z from "zod";
import { SEVERITIES } from "../rules/severity.ts";

const version = z.number().nullable().describe("Version of the item; null: not reported.");
const date = z.string().nullable().describe("RFC 3339; null: there is none.");
const ok = z.boolean().describe("False: something is wrong; the exit code is 2, or 1.");

/** An error, as `--json` shows it. */
const errorSchema = z.object({
  code: z.string().describe("Stable; docs/reference/errors.md lists all."),
  message: z.string(),
  remedy: z.string().describe("What to do about it."),
  kind: z
    .enum(["definitive", "passing"])
    .describe("Whether repeating without a change can help (passing) or cannot."),
});

const rotated = z.object({
  name: z.string(),
  outcome: z.literal("rotated"),
  version_before: version,
  version_after: version,
  status: z.string().nullable().describe("As the gateway reports it."),
  ms: z.number().describe("Milliseconds from the request to the gateway's verdict."),
});

const notRotated = z.object({
  name: z.string(),
  outcome: z
    .enum(["failed", "unfinished", "not-started"])
    .describe("unfinished: interrupted while the gateway was rotating, which goes on"),
  error: errorSchema.optional(),
});

const rotation = z.discriminatedUnion("outcome", [rotated, notRotated]);

const difference = z.object({
  attribute: z.string(),
  declared: z.string().nullable().describe("Comparable form; null: not set."),
  live: z.string().nullable(),
  reported: z.boolean().describe("False: the gateway does not report the attribute."),
  seen_by_provider: z.boolean().describe("Whether a plan would show it too."),
});

const rule = z.object({
  id: z.string(),
  title: z.string(),
  severity: z.enum([...SEVERITIES, "off"]),
  default_severity: z.enum(SEVERITIES),
  off_reason: z.string().optional(),
  off_owner: z.string().optional(),
  phase: z.enum(["synth", "plan"]),
  reason: z.string(),
  remedy: z.string(),
  examples: z.object({ pass: z.array(z.string()), fail: z.array(z.string()) }),
});

const recorded = z.object({ status: z.int().describe("0: no answer."), body: z.unknown() });

const profile = z.enum(["contract", "authentication", "recovery", "hygiene"]);

const outcome = {
  kind: z.enum(["secret", "target"]),
  name: z.string(),
  payload_sent: z.boolean().describe("Whether the bootstrap payload was sent."),
  changed: z.array(z.string()).describe("Settings that were changed."),
};

/**
 * How an item is doing, worst first. `failed`: the last rotation failed · `overdue`: the next one
 * should have happened · `never-rotated` · `manual`: no schedule · `ok`
 */
export const TROUBLES = ["failed", "overdue", "never-rotated", "manual", "ok"] as const;

/** One item of a status report. */
const itemStatus = z.object({
  name: z.string(),
  trouble: z.enum(TROUBLES),
  last_rotation: date,
  next_rotation: date,
  age_ms: z.number().nullable().describe("Milliseconds since the last rotation."),
  version,
  error: z.string().nullable(),
});

const healed = z.object({
  name: z.string(),
  trouble: z.enum(TROUBLES),
  outcome: z
    .enum(["healed", "failed", "needs-a-person", "not-started"])
    .describe("needs-a-person: repeating cannot help; not-started: beyond the bounds of this run"),
  error: errorSchema.optional(),
});

/** One item of the document of `heal`. */
export type HealedItem = z.output<typeof healed>;

const document = <const Name extends string, Shape extends z.core.$ZodLooseShape>(
  name: Name,
  shape: Shape,
) => z.object({ schema: z.literal(`rotation-kit/${name}/v1`), ...shape });

const unmarked = z
  .array(z.string())
  .describe("Items whose value Terraform's state does not mark as sensitive: a plan may print it.");

/**
 * Every document that a command of this folder prints with `--json`, by the name in its schema id.
 * Fields may be added to a version; names are in snake_case.
 */
export const DOCUMENTS = {
  check: document("check", {
    ok,
    item: z.string(),
    checks: z.array(
      z.object({
        check: z.enum([
          "type",
          "payload",
          "rotation",
          "versions",
          "password_policy",
          "interval_unit",
          "time_limit",
          "settings",
        ]),
        result: z.enum(["passed", "failed", "unknown"]),
        detail: z.string(),
      }),
    ),
  }),
  init: document("init", {
    ok,
    folder: z.string().describe("Where the project lies."),
    files: z.array(z.string()).describe("What was written, by its path from there."),
  }),
  doctor: document("doctor", {
    ok,
    findings: z.array(
      z.object({
        check: z.string().describe("Stable name of the mistake that was looked for."),
        result: z
          .enum(["ok", "problem", "unknown"])
          .describe("unknown: it could not be looked at."),
        evidence: z.string(),
        repair: z.string().optional().describe("With a problem: what to do."),
      }),
    ),
  }),
  drift: document("drift", {
    ok,
    items: z.array(
      z.object({
        stack: z.string(),
        address: z.string(),
        kind: z.enum(["secret", "target"]),
        name: z.string().nullable(),
        state: z.enum(["same", "different", "missing", "unknown"]),
        differences: z.array(difference),
        unseen: z.array(z.string()).describe("Declared, but the API shows them to nobody."),
        unresolved: z.array(z.string()).describe("Only Terraform can work out what is declared."),
      }),
    ),
    undeclared: z.array(z.string()),
    repaired: z.array(z.string()).optional().describe("With --repair: what was set anew."),
    unmarked: unmarked.optional(),
  }),
  error: document("error", { ok: z.literal(false), error: errorSchema }),
  heal: document("heal", { ok, path: z.string(), items: z.array(healed) }),
  import: document("import", {
    ok,
    targets: z.array(z.string()),
    secrets: z.array(z.string()),
    unreadable: z
      .array(z.object({ name: z.string(), error: errorSchema }))
      .describe("What exists and could not be read; it is not in the code."),
    code: z.string(),
  }),
  "item-apply": document("item-apply", {
    ...outcome,
    outcome: z.enum(["created", "updated", "unchanged"]),
  }),
  "item-delete": document("item-delete", {
    ...outcome,
    outcome: z.enum(["deleted", "absent"]).describe("absent: there was nothing to delete"),
  }),
  "item-repair": document("item-repair", {
    kind: z.literal("secret"),
    name: z.string(),
    outcome: z.enum(["repaired", "unchanged"]),
    from: z.enum(["version", "password"]),
    version_before: version,
    version_after: version,
  }),
  "item-migrate": document("item-migrate", {
    kind: z.literal("secret"),
    name: z.string(),
    outcome: z
      .enum(["planned", "migrated", "unchanged"])
      .describe("planned: without --yes, nothing was stored and nobody logged in."),
    fields: z.array(
      z.object({
        field: z.string().describe("Name alone; values are shown nowhere."),
        from: z.string().nullable().describe("Field of the payload before."),
        outcome: z.enum(["new", "moved", "kept", "dropped"]),
      }),
    ),
    version_before: version,
    version_after: version,
  }),
  rotate: document("rotate", {
    ok,
    interrupted: z.boolean().describe("Whether somebody stopped it with Ctrl-C."),
    items: z.array(rotation),
  }),
  rules: document("rules", {
    fail_at: z.enum([...SEVERITIES, "never"]),
    rules: z.array(rule),
  }),
  conformance: document("conformance", {
    ok,
    score: z
      .partialRecord(profile, z.object({ passed: z.int(), of: z.int() }))
      .describe("Skipped cases do not count, warnings count as passed."),
    cases: z.array(
      z.object({
        id: z.string().describe("Number of docs/reference/rotator-contract.md."),
        profile,
        title: z.string(),
        result: z.enum(["passed", "failed", "warning", "skipped"]),
        detail: z.string().optional(),
        sent: z.string().optional().describe("The last request, as curl, without secrets."),
        received: z.string().optional().describe("Its answer, without secrets."),
        why: z.string().optional(),
        repair: z.string().optional(),
      }),
    ),
  }),
  "gateway-record": document("gateway-record", {
    ok: ok.describe("False where an answer differs."),
    version: z.string().describe("Of the kit that recorded."),
    steps: z.array(
      z.object({
        title: z.string(),
        path: z.string(),
        emulator: recorded,
        real: recorded,
        differences: z.array(
          z.object({
            at: z.string(),
            emulator: z.unknown().optional(),
            real: z.unknown().optional(),
          }),
        ),
        tells: z
          .string()
          .optional()
          .describe(
            "The switch of docs/reference/gateway-fidelity.md that a difference tells about.",
          ),
      }),
    ),
    left: z.array(z.string()).describe("Names that could not be deleted."),
  }),
  "state-check": document("state-check", { ok, unmarked }),
  "state-mark": document("state-mark", { ok, unmarked }),
  status: document("status", {
    ok,
    path: z.string(),
    items: z.array(itemStatus),
    unmarked: unmarked.optional(),
  }),
};

/** Name of a document. */
export type DocumentName = keyof typeof DOCUMENTS;

/** What a document holds besides its schema id. */
export type DocumentOf<Name extends DocumentName> = Omit<
  z.output<(typeof DOCUMENTS)[Name]>,
  "schema"
>;

/** One item of the document of `rotate`. */
export type RotationOutcome = z.output<typeof rotation>;

/** One item of the document of `status`. Dates are RFC 3339. */
export type ItemStatus = z.output<typeof itemStatus>;

import * as z from "zod";
import { type RuleId, SEVERITIES } from "./severity.ts";
import { parseTimeSpan } from "./time-span.ts";

/** The ids of the rules, as a schema: they are known where all rules are (`policy-schema.ts`). */
type RuleIds = z.ZodEnum<{ [Id in RuleId]: Id }>;

const severity = z.enum(SEVERITIES);
const sentence = z.string().trim().min(10, "say it in at least 10 characters").max(500);
const pattern = z.string().min(1).max(300);
const patterns = (description: string) => z.array(pattern).min(1).optional().meta({ description });

const timeSpan = z
  .string()
  .regex(/^[1-9]\d{0,5}[mhd]$/, "write a number and a unit: 30m, 12h or 90d");

const hour = z.int().min(0).max(23);

const limitsSchema = z
  .strictObject({
    min_rotation_interval: timeSpan.default("1h").meta({
      description: "Shortest interval between rotations (AKR012).",
    }),
    max_rotation_interval: timeSpan.default("90d").meta({
      description: "Longest interval between rotations (AKR011).",
    }),
    max_secrets_per_hour: z.int().min(1).default(50).meta({
      description: "How many secrets of one deployment may rotate at the same hour (AKR013).",
    }),
    business_hours_utc: z
      .strictObject({ from: hour, to: hour })
      .optional()
      .meta({ description: "Hours in which nothing should rotate, `to` excluded (AKR013)." }),
    max_secrets_per_target: z.int().min(1).default(25).meta({
      description: "How many secrets may depend on one Web Target (AKR033).",
    }),
    min_password_length: z.int().min(1).max(256).default(16).meta({
      description: "Fewest characters of a rotated password (AKR060).",
    }),
    rotator_budget_seconds: z.int().min(1).default(35).meta({
      description: "The time limit that the rotator sets itself for one rotation (AKR080).",
    }),
    timeout_margin_seconds: z.int().min(0).default(5).meta({
      description: "By how much the gateway has to wait longer than that (AKR080).",
    }),
  })
  .refine(
    // A span that is not valid is not a number, and has its own message.
    (limits) =>
      !(parseTimeSpan(limits.min_rotation_interval) > parseTimeSpan(limits.max_rotation_interval)),
    { path: ["min_rotation_interval"], message: "is longer than max_rotation_interval" },
  );

const allowedSchema = z.strictObject({
  target_hosts: patterns("Hosts that a Web Target may name (AKR031). Absent: any name."),
  secure_access_hosts: patterns("Hosts of Secure Remote Access (AKR041). Absent: any name."),
  certificate_issuers: patterns("Paths of SSH certificate issuers (AKR042). Absent: any."),
  encryption_keys: patterns("Names of protection keys (AKR070). Absent: any."),
  gateways: patterns("Hosts that the provider may talk to (AKR090). Absent: any."),
});

const owner = z.string().trim().min(1).max(200);

/** One finding that is accepted for a time. */
export const waiverSchemaOf = (ruleId: RuleIds) =>
  z
    .strictObject({
      rule: ruleId,
      resource: pattern.meta({
        description: "Address or construct path of the resource; `*` represents any characters.",
      }),
      reason: sentence.meta({ description: "Why the finding is accepted." }),
      owner: owner.meta({ description: "Who answers for it." }),
      expires: z.iso.date("write a date: 2026-12-31").meta({
        description: "Last day on which the waiver holds, UTC; at most a year ahead.",
      }),
    })
    .meta({ description: "Accepts findings of one rule for some resources until a date." });

/** Why a rule does not apply. */
const switchedOffSchema = z.strictObject({
  reason: sentence.meta({ description: "Why the rule does not apply." }),
  owner: owner.meta({ description: "Who answers for it." }),
});

/** What rules.yaml may say. Every key has a default. */
export const rulePolicySchemaOf = (ruleId: RuleIds) =>
  z
    .strictObject({
      fail_at: z
        .enum([...SEVERITIES, "never"])
        .default("high")
        .meta({
          description:
            "Findings of this severity and above stop the synthesis; others are warnings.",
        }),
      severity: z.partialRecord(ruleId, severity).default({}).meta({
        description: "Another severity for all findings of a rule.",
      }),
      off: z.partialRecord(ruleId, switchedOffSchema).default({}).meta({
        description: "Rules that do not apply here, each with the reason and who answers for it.",
      }),
      limits: limitsSchema.prefault({}).meta({ description: "Numbers that rules compare with." }),
      allowed: allowedSchema.default({}).meta({
        description: "Lists of patterns; `*` represents any characters.",
      }),
      administrators: z
        .array(pattern)
        .default(["root", "administrator", "admin", "sa", "sys", "system", "postgres"])
        .meta({
          description: "User names that a payload should not rotate (AKR025), in any case.",
        }),
      required_tags: z.array(pattern).default([]).meta({
        description: "Patterns of tags; each secret needs one that matches each of them (AKR071).",
      }),
      item_names: patterns("Patterns of secrets' names (AKR072). Absent: any name."),
      forbidden_users: z.array(pattern).default(["root", "administrator"]).meta({
        description: "Users that nobody may be in a session (AKR043), without domain, in any case.",
      }),
      waivers: z.array(waiverSchemaOf(ruleId)).default([]).meta({
        description: "Findings that are accepted until a date.",
      }),
    })
    .check(({ value, issues }) => {
      for (const id of Object.keys(value.off)) {
        if (!(id in value.severity)) continue;
        const message = "has another severity and is off: leave one of them out";
        issues.push({ code: "custom", path: ["off", id], message, input: value.off });
      }
    })
    .meta({ title: "rules.yaml of akeyless-rotation-kit" });

/** The policy, every default filled in. */
export type RulePolicy = z.output<ReturnType<typeof rulePolicySchemaOf>>;
/** The policy as it is written. */
export type RulePolicyInput = z.input<ReturnType<typeof rulePolicySchemaOf>>;
export type Waiver = RulePolicy["waivers"][number];

import * as z from "zod";
import { ACCOUNT_STATES } from "../systems/system.ts";

const ok = z.boolean().describe("False: something is wrong; the exit code is 2, or 1.");

const login = z.object({
  result: z.enum(["valid", "invalid", "unknown"]),
  reason: z.string().optional().describe("Short code; docs/reference/errors.md lists all."),
  account: z.enum(ACCOUNT_STATES).optional().describe("What keeps the account from being used."),
  status: z.int().optional().describe("Status of the answer that decided, where it is HTTP."),
  sent: z.literal(false).optional().describe("Nothing reached the system."),
});

const document = <const Name extends string, Shape extends z.core.$ZodLooseShape>(
  name: Name,
  shape: Shape,
) => z.object({ schema: z.literal(`rotation-kit/${name}/v1`), ...shape });

/**
 * Every document that a command of the rotator prints with `--json`. Fields may be added to a version;
 * names are in snake_case.
 */
export const ROTATOR_DOCUMENTS = {
  "serve-check": document("serve-check", {
    ok,
    configuration: z.unknown().optional().describe("What takes effect. Absent with `error`."),
    directory: z.string().optional().describe("Where relative paths start."),
    warnings: z.array(z.string()).optional(),
    reached: z
      .array(
        z.object({
          name: z.string(),
          result: z.enum(["reached", "skipped", "unreachable"]),
          reason: z.string().optional(),
        }),
      )
      .optional()
      .describe("With --probe."),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    problems: z
      .array(z.object({ where: z.string(), message: z.string() }))
      .optional()
      .describe("Each member of the configuration that is wrong."),
  }),
  "system-probe": document("system-probe", {
    ok,
    right: login.describe("A login with the given password."),
    wrong: login.optional().describe("A login with a wrong one; absent where the given one fails."),
    findings: z.array(z.string()).describe("What is wrong, and what to do about it."),
  }),
  "system-rehearse": document("system-rehearse", {
    ok,
    acts: z.array(
      z.object({
        name: z.string(),
        ok: z.boolean(),
        outcome: z.string().describe("A rotation's outcome, or code and sentence of its error."),
      }),
    ),
    requests: z
      .array(
        z.object({
          act: z.string().optional(),
          method: z.string(),
          target: z.string().describe("Path with query."),
          headers: z.record(z.string(), z.string()),
          body: z.string().optional(),
          status: z.int().optional().describe("Absent: no answer came."),
          conclusion: z.string().describe("How the recipe reads the answer."),
        }),
      )
      .describe("As they were sent to an HTTP system, secrets masked."),
    rest: z.string().optional().describe("What to do about a password that could not be set back."),
  }),
};

type Documents = typeof ROTATOR_DOCUMENTS;

type ReadonlyDeep<T> = T extends object ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> } : T;

/** What a document holds besides its schema id; what is `undefined` is left out. */
type FieldsOf<Name extends keyof Documents> = {
  readonly [Key in keyof Omit<z.output<Documents[Name]>, "schema">]:
    | ReadonlyDeep<z.output<Documents[Name]>[Key]>
    | undefined;
};

/** Prints a document to standard output. */
export function printDocument<Name extends keyof Documents>(
  name: Name,
  fields: FieldsOf<Name>,
): void {
  const text = JSON.stringify({ schema: `rotation-kit/${name}/v1`, ...fields }, null, 2);
  process.stdout.write(`${text}\n`);
}

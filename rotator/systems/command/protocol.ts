import * as z from "zod";

/** Version of what is written to a command and read from it. */
export const COMMAND_SCHEMA = "rotation-kit/command/v1";

const credential = z.strictObject({ username: z.string(), password: z.string() });

/** What a command reads from its standard input: one JSON document. */
export const commandRequestSchema = z
  .discriminatedUnion("verb", [
    z.strictObject({ verb: z.literal("probe"), credential }),
    z.strictObject({ verb: z.literal("change"), current: credential, next: credential }),
    z.strictObject({ verb: z.literal("change_retaining"), current: credential, next: credential }),
    z.strictObject({ verb: z.literal("reconcile"), next: credential }),
    z.strictObject({ verb: z.literal("create_key"), owner: credential, name: z.string() }),
    z.strictObject({ verb: z.literal("revoke_key"), owner: credential, name: z.string() }),
  ])
  .meta({ id: "CommandRequest" });

export type CommandRequest = z.output<typeof commandRequestSchema>;

/** Verbs that a command may support beyond probe and change. */
export const OPTIONAL_VERBS = ["reconcile", "change_retaining", "keys"] as const;

/** Short and made of a few characters, so that no answer of a target fits in. */
const reason = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,47}$/)
  .default("no_reason_given");
const schema = z.literal(COMMAND_SCHEMA);
const plain = <Result extends string>(...results: Result[]) =>
  z.object({ schema, result: z.enum(results) });
const reasoned = <Result extends string>(...results: Result[]) =>
  z.object({ schema, result: z.enum(results), reason });

const changeAnswer = z.discriminatedUnion("result", [
  plain("changed"),
  reasoned("rejected", "refused", "ambiguous"),
]);

/** What a command may answer on its standard output, by verb. Unknown members are ignored. */
export const commandAnswerSchemas = {
  probe: z.discriminatedUnion("result", [plain("valid", "invalid"), reasoned("unknown")]),
  change: changeAnswer,
  change_retaining: changeAnswer,
  reconcile: changeAnswer,
  create_key: z.discriminatedUnion("result", [
    z.object({ schema, result: z.literal("created"), key: credential }),
    plain("exists", "full"),
    reasoned("refused", "ambiguous"),
  ]),
  revoke_key: z.discriminatedUnion("result", [plain("revoked"), reasoned("failed")]),
} as const;

export type CommandVerb = keyof typeof commandAnswerSchemas;
export type CommandAnswer<Verb extends CommandVerb> = z.output<(typeof commandAnswerSchemas)[Verb]>;

import * as z from "zod";
import { ACCOUNT_STATES } from "../system.ts";

/** Version of what is written to a command and read from it. */
export const COMMAND_SCHEMA = "rotation-kit/command/v1";

const credential = z.strictObject({ username: z.string(), password: z.string() });
const schema = z.literal(COMMAND_SCHEMA);
/** The content of the configured `secret_files`, by name. */
const secrets = z.record(z.string(), z.string());

const request = <Verb extends string, Members extends z.ZodRawShape>(
  verb: Verb,
  members: Members,
) => z.strictObject({ schema, verb: z.literal(verb), ...members, secrets });

/** What a command reads from its standard input: one JSON document. */
export const commandRequestSchema = z.discriminatedUnion("verb", [
  request("probe", { credential }),
  request("change", { current: credential, next: credential }),
  request("change_retaining", { current: credential, next: credential }),
  request("reconcile", { next: credential }),
  request("create_key", { owner: credential, name: z.string() }),
  request("revoke_key", { owner: credential, name: z.string() }),
]);

export type CommandRequest = z.output<typeof commandRequestSchema>;

/** Verbs that a command may support beyond probe and change. */
export const OPTIONAL_VERBS = ["reconcile", "change_retaining", "keys"] as const;

/** Short and made of a few characters, so that no answer of a target fits in. */
const reason = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,47}$/)
  .default("no_reason_given");
const plain = <Result extends string>(...results: Result[]) =>
  z.object({ schema, result: z.enum(results) });
const reasoned = <Result extends string>(...results: Result[]) =>
  z.object({ schema, result: z.enum(results), reason });

/** Nothing reached the system: no connection, or a name that the command does not take. */
const notSent = { sent: z.literal(false).exactOptional() };
const state = { account: z.enum(ACCOUNT_STATES).exactOptional() };
const refused = reasoned("refused").extend({
  ...notSent,
  authority: z.enum(["account", "admin"]).exactOptional(),
});
const changeAnswer = z.discriminatedUnion("result", [
  plain("changed"),
  reasoned("rejected", "ambiguous"),
  refused,
]);

/** What a command may answer on its standard output, by verb. Unknown members are ignored. */
export const commandAnswerSchemas = {
  probe: z.discriminatedUnion("result", [
    plain("valid").extend(state),
    plain("invalid"),
    reasoned("unknown").extend({ ...notSent, ...state }),
  ]),
  change: changeAnswer,
  change_retaining: changeAnswer,
  reconcile: changeAnswer,
  create_key: z.discriminatedUnion("result", [
    z.object({ schema, result: z.literal("created"), key: credential }),
    plain("exists", "full"),
    reasoned("ambiguous"),
    refused,
  ]),
  revoke_key: z.discriminatedUnion("result", [plain("revoked"), reasoned("failed")]),
} as const;

export type CommandVerb = keyof typeof commandAnswerSchemas;
export type CommandAnswer<Verb extends CommandVerb> = z.output<(typeof commandAnswerSchemas)[Verb]>;

import { resolve } from "node:path";
import { defined } from "../../../common/defined.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import { schemaProblems } from "../../../common/schema-problems.ts";
import { Redactor } from "../../observability/redactor.ts";
import type { SystemDependencies } from "../dependencies.ts";
import { readFileOf } from "../secret-source.ts";
import type { Change, StepContext, System } from "../system.ts";
import { checkExecutable, checkFolder, checkInterpreter } from "./check-files.ts";
import type { CommandSystemConfig } from "./config.ts";
import {
  COMMAND_SCHEMA,
  type CommandAnswer,
  type CommandRequest,
  type CommandVerb,
  commandAnswerSchemas,
} from "./protocol.ts";
import { type Run, runChild } from "./run.ts";

/** Most of a failed command's error output that the log shows, in characters. */
const MAX_SHOWN_ERRORS = 2_048;

/**
 * A system whose verbs are runs of an executable (docs/guides/move-a-hook-script.md).
 * @throws KitError system_config_invalid when the file cannot be executed
 */
export async function createCommandSystem(
  config: CommandSystemConfig,
  dependencies: SystemDependencies,
): Promise<System> {
  const place = `systems.${dependencies.name}`;
  const workingDirectory = resolve(dependencies.directory, config.working_directory);
  await checkExecutable(config.command, `${place}: command`);
  await checkInterpreter(config.command, `${place}: command`, config.environment.PATH);
  await checkFolder(workingDirectory, `${place}: working_directory`);
  const readSecrets = () => readSecretFiles(config.secret_files, dependencies.directory);
  await readSecrets();

  async function ask<Verb extends CommandVerb>(
    verb: Verb,
    request: Omit<Extract<CommandRequest, { verb: Verb }>, "schema" | "verb" | "secrets">,
    context: StepContext,
  ): Promise<CommandAnswer<Verb> | NoAnswer> {
    const secrets = await readSecrets();
    const input = JSON.stringify({ schema: COMMAND_SCHEMA, verb, ...request, secrets });
    const started = context.clock.now();
    const ended = await runChild(
      {
        command: config.command,
        arguments: config.arguments,
        workingDirectory,
        environment: config.environment,
        timeoutMs: config.timeout_ms,
        maxOutputBytes: config.max_output_bytes,
      },
      input,
      context.signal,
    );
    const known = [...secretValues(request), ...Object.values(secrets)];
    const answer = readAnswer(verb, ended, known);
    const { output: _, errors, ...how } = { output: "", errors: "", errorBytes: 0, ...ended };
    const failed = "failure" in answer;
    const reasons = failed ? { reason: answer.failure, ...defined({ why: answer.why }) } : {};
    const isCut = how.errorBytes > Buffer.byteLength(errors);
    const shown =
      failed && config.log_errors ? { errors: withoutSecrets(errors, isCut, known) } : {};
    const line = { verb, ...how, ms: context.clock.now() - started, ...reasons, ...shown };
    context.log[failed ? "warn" : "debug"](line, failed ? "command failed" : "command ended");
    return answer;
  }

  async function change(
    verb: "change" | "change_retaining" | "reconcile",
    request: object,
    context: StepContext,
  ): Promise<Change> {
    const answer = await ask(verb, request as never, context);
    return "failure" in answer
      ? { result: "ambiguous", reason: answer.failure }
      : withoutSchema(answer);
  }

  return {
    async probe(credential, context) {
      const answer = await ask("probe", { credential }, context);
      return "failure" in answer
        ? { result: "unknown", reason: answer.failure }
        : withoutSchema(answer);
    },
    change: (current, next, context) => change("change", { current, next }, context),
    ...defined<Offered>({
      reconcile: config.verbs.includes("reconcile")
        ? (next, context) => change("reconcile", { next }, context)
        : undefined,
      changeRetaining: config.verbs.includes("change_retaining")
        ? (current, next, context) => change("change_retaining", { current, next }, context)
        : undefined,
      keys: config.verbs.includes("keys")
        ? {
            async create(owner, name, context) {
              const answer = await ask("create_key", { owner, name }, context);
              return "failure" in answer
                ? { result: "ambiguous", reason: answer.failure }
                : withoutSchema(answer);
            },
            async revoke(owner, name, context) {
              const answer = await ask("revoke_key", { owner, name }, context);
              return "failure" in answer
                ? { result: "failed", reason: answer.failure }
                : withoutSchema(answer);
            },
          }
        : undefined,
    }),
  };
}

/** The parts of a system that a command may leave out; its configuration names its verbs. */
type Offered = { [Part in "reconcile" | "changeRetaining" | "keys"]: System[Part] };

function withoutSchema<Answer extends { schema: string }>({ schema: _, ...rest }: Answer) {
  return rest as Answer extends unknown ? Omit<Answer, "schema"> : never;
}

function readAnswer<Verb extends CommandVerb>(
  verb: Verb,
  ended: Run,
  secrets: readonly string[],
): CommandAnswer<Verb> | NoAnswer {
  if (ended.ended !== "exit") return { failure: `command_${ended.ended}` };
  if (ended.code !== 0) return { failure: "command_failed" };
  let document: unknown;
  try {
    document = JSON.parse(ended.output);
  } catch {
    return invalid("it is not a JSON document"); // the output may hold anything, so it is not kept
  }
  const answer = commandAnswerSchemas[verb].safeParse(document);
  if (!answer.success) {
    const [first] = schemaProblems(answer.error.issues, document);
    return invalid(
      first ? `${first.path.join(".") || "the document"} ${first.message}` : undefined,
    );
  }
  const data = answer.data as CommandAnswer<Verb>;
  const leaks =
    "reason" in data &&
    secrets.some((secret) => secret.length >= MIN_SECRET && data.reason.includes(secret));
  return leaks ? invalid("its reason holds a secret") : data;
}

/** Shorter ones appear in every other reason by chance. */
const MIN_SECRET = 4;

/** Why an answer counts for nothing; `why` is for the log and quotes nothing of it. */
interface NoAnswer {
  readonly failure: string;
  readonly why?: string;
}

function invalid(why: string | undefined): NoAnswer {
  return { failure: "command_answer_invalid", ...defined({ why }) };
}

/**
 * Cut after the cleaning, so that no secret is cut in two and stays. A text that was cut before may end
 * in the beginning of a secret: as much of its end is left away as the longest form of one has, which
 * is six characters for one.
 */
function withoutSecrets(text: string, isCut: boolean, secrets: readonly string[]): string {
  const redactor = new Redactor();
  redactor.add(...secrets);
  const longest = Math.max(0, ...secrets.map(({ length }) => 6 * length));
  const clean = redactor.redact(text);
  const end = isCut ? Math.max(0, clean.length - longest) : clean.length;
  return clean.slice(0, Math.min(end, MAX_SHOWN_ERRORS));
}

/** Every text inside a request that is secret; a reason that repeats one is not passed on. */
function secretValues(part: unknown, name = ""): string[] {
  if (typeof part === "string") return name === "username" || name === "name" ? [] : [part];
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([member, value]) => secretValues(value, member));
}

async function readSecretFiles(
  files: Readonly<Record<string, string>>,
  directory: string,
): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const [name, file] of Object.entries(files)) {
    const secret = await readFileOf(resolve(directory, file), `secret_files.${name}`);
    if (secret === "")
      throw new KitError("secret_unreadable", {
        problem: `The file of secret_files.${name} is empty.`,
      });
    secrets[name] = secret;
  }
  return secrets;
}

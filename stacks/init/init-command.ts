import { resolve } from "node:path";
import { Command } from "commander";
import { KitError } from "../../common/errors/kit-error.ts";
import { type CommandIo, processIo } from "../operations/io.ts";
import { EXIT_CODES, printJson } from "../operations/output.ts";
import type { ProjectAnswers, Question } from "./answers.ts";

interface Options extends Partial<Record<keyof ProjectAnswers, string>> {
  readonly yes?: true;
  readonly json?: true;
}

const HELP = `
Examples:
  rotation-kit init
  rotation-kit init warehouse-rotations --system warehouse --username svc-warehouse --yes
  rotation-kit init --recipe gitea --gateway https://gw.example.com:8081 --library cdktn --yes

It writes the files of a project, and never over a file that is there. On a terminal it asks what no
option tells; elsewhere, and with --yes, it takes the defaults.
${EXIT_CODES}`;

/** How often a person may try to answer one question. */
const TRIES = 3;

/** `rotation-kit init`: makes an empty folder a working project. */
export function initCommand(io: CommandIo = processIo): Command {
  return new Command("init")
    .description("create a working project in an empty folder: catalog, rotator, tests, review")
    .argument("[folder]", "where to write it", ".")
    .option("--system <name>", "the application whose password you rotate")
    .option("--username <name>", "the account")
    .option("--recipe <name>", "a shipped recipe, or own: a file that you adapt to the application")
    .option("--gateway <url>", "API address of your gateway")
    .option("--rotator-url <url>", "address at which the gateway calls the rotator")
    .option("--origin <url>", "address at which the rotator calls the application")
    .option("--ci <service>", "which workflows to write: github, gitlab or none")
    .option("--library <name>", "the library under the constructs: cdktf or cdktn")
    .option("--yes", "ask nothing")
    .option("--json", "print one JSON document (rotation-kit/init/v1)")
    .addHelpText("after", HELP)
    .action(async (folder: string, { yes, json, ...given }: Options) => {
      // Recipes and templates are read for this command alone.
      const [{ questions }, { passwordRecipes }, { projectFiles }, { writeProject }] =
        await Promise.all([
          import("./answers.ts"),
          import("./rotator-yaml.ts"),
          import("./project.ts"),
          import("./write-project.ts"),
        ]);
      const ask = yes || json ? undefined : io.ask;
      const answers = await answersTo(questions(await passwordRecipes()), given, io, ask);
      const files = await projectFiles(answers);
      writeProject(resolve(folder), files);
      const paths = files.map(({ path }) => path);
      if (json) printJson(io, "init", { ok: true, folder: resolve(folder), files: paths });
      else io.out(`${paths.map((path) => `wrote ${path}\n`).join("")}\n${nextSteps(folder)}`);
    });
}

const nextSteps = (folder: string) => `Next:
${folder === "." ? "" : `  cd ${folder}\n`}  npm install
  npm test              rotates once on this machine, without an account
  npx rotation-kit      says what comes next
`;

async function answersTo(
  asked: readonly Question[],
  given: Partial<Record<keyof ProjectAnswers, string>>,
  io: CommandIo,
  ask: CommandIo["ask"],
): Promise<ProjectAnswers> {
  const answers: Partial<Record<keyof ProjectAnswers, string>> = {};
  for (const question of asked) {
    const flag = given[question.name];
    answers[question.name] =
      flag === undefined && ask !== undefined && question.ask !== undefined
        ? await answerOf(question, question.fallback(answers), io, ask)
        : checked(question, flag ?? question.fallback(answers));
  }
  return answers as ProjectAnswers;
}

/** @throws KitError `answer_invalid`, when a person has tried often enough */
async function answerOf(
  question: Question,
  fallback: string,
  io: CommandIo,
  ask: NonNullable<CommandIo["ask"]>,
): Promise<string> {
  for (let left = TRIES; ; left--) {
    const answer = (await ask(`${question.ask} [${fallback}] `)).trim() || fallback;
    try {
      return checked(question, answer);
    } catch (error) {
      if (!(error instanceof KitError) || left <= 1) throw error;
      io.err(`${error.message}\n`);
    }
  }
}

function checked({ schema, name }: Question, value: string): string {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const why = result.error.issues.map(({ message }) => message).join(", ");
  throw new KitError("answer_invalid", { flag, value, why });
}

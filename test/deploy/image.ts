import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DockerfileParser, Env, type Instruction } from "dockerfile-ast";
import { ROOT, run } from "./tools.ts";

/** What an image would hold, as a folder. */
export interface ScratchImage {
  readonly root: string;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/**
 * Runs the steps of deploy/Dockerfile without a container engine: the build stage in an overlay over
 * this machine's file system, in which every path is the Dockerfile's and nothing outside changes;
 * then the final stage's copies. The base image is this machine: its Node.js replaces the one
 * of the base image. Needs root, for `unshare`, `mount` and `chroot`.
 */
export async function buildImage(): Promise<ScratchImage> {
  const folder = await mkdtemp(join(tmpdir(), "image-"));
  const text = await readFile(`${ROOT}deploy/Dockerfile`, "utf8");
  const instructions = DockerfileParser.parse(text).getInstructions();
  const last = instructions.findLastIndex((one) => one.getKeyword() === "FROM");
  for (const part of ["upper", "work", "merged"]) await mkdir(join(folder, part));
  const script = join(folder, "build.sh");
  await writeFile(script, buildScript(instructions.slice(0, last)));
  await run("unshare", ["--mount", "bash", script], { FOLDER: folder, CONTEXT: ROOT });
  const final = instructions.slice(last + 1);
  const [from, to, ...others] = wordsOf(only(final, "COPY")).filter(
    (word) => !word.startsWith("--"),
  );
  if (from === undefined || to !== "/" || others.length > 0)
    throw new Error("the final stage copies something else than one folder to /");
  return {
    root: join(folder, "upper", from),
    user: only(final, "USER").getArgumentsContent() ?? "",
    entrypoint: listOf(only(final, "ENTRYPOINT")),
    healthcheck: listOf(only(final, "HEALTHCHECK")),
    environment: variablesOf(only(final, "ENV")),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The build stage as a script that runs in a mount namespace of its own. */
function buildScript(stage: readonly Instruction[]): string {
  const lines = [
    "set -euo pipefail",
    'mount -t overlay overlay -o "lowerdir=/,upperdir=$FOLDER/upper,workdir=$FOLDER/work" "$FOLDER/merged"',
    'root="$FOLDER/merged"',
    // What lies over the root of this machine has to lie over the overlay's too.
    'for part in proc sys dev; do mount --rbind "/$part" "$root/$part"; done',
    "folder=/",
  ];
  for (const instruction of stage) {
    const content = instruction.getArgumentsContent() ?? "";
    switch (instruction.getKeyword()) {
      case "WORKDIR":
        lines.push(`folder=${content}`, 'rm -rf "$root$folder"', 'mkdir -p "$root$folder"');
        break;
      case "COPY": {
        const words = wordsOf(instruction);
        const to = words.pop();
        for (const from of words) lines.push(`cp -R "$CONTEXT/${from}" "$root$folder/${to}"`);
        break;
      }
      case "RUN": {
        const command = content.replaceAll(/\\\n/g, "").replaceAll("'", "'\\''");
        lines.push(`chroot "$root" /bin/bash -o pipefail -ec 'cd "$0"; ${command}' "$folder" >&2`);
        break;
      }
    }
  }
  return lines.join("\n");
}

function only(instructions: readonly Instruction[], keyword: string): Instruction {
  const found = instructions.filter((one) => one.getKeyword() === keyword);
  const [first] = found;
  if (first === undefined || found.length > 1)
    throw new Error(`the final stage has ${found.length} of ${keyword}`);
  return first;
}

const wordsOf = (instruction: Instruction) =>
  instruction.getArguments().map((argument) => argument.getValue());

function variablesOf(instruction: Instruction): Record<string, string> {
  if (!(instruction instanceof Env)) throw new Error("ENV is expected");
  return Object.fromEntries(
    instruction.getProperties().map((one) => [one.getName(), one.getValue() ?? ""]),
  );
}

/** The JSON list of an instruction in its exec form. */
function listOf(instruction: Instruction): string[] {
  const content = instruction.getArgumentsContent() ?? "";
  return JSON.parse(content.slice(content.indexOf("["))) as string[];
}

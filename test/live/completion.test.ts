import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createProgram } from "../../program.ts";
import { completionCommand } from "../../stacks/completion/completion-command.ts";
import { runKit } from "../unit/stacks/operations/run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "completion-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How each shell is asked what it would complete; `$1` is the script, `$2` the line so far. */
const ASK: Readonly<Record<string, readonly string[]>> = {
  bash: [
    ...["bash", "--norc", "-c"],
    `source "$1"; COMP_WORDS=($2); [[ $2 == *" " ]] && COMP_WORDS+=(""); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
     _rotation_kit; printf '%s\\n' "\${COMPREPLY[@]}"`,
    "bash",
  ],
  zsh: [
    ...["zsh", "-f", "-c"],
    `zmodload zsh/zpty
     zpty shell zsh -f -i
     zpty -w shell "autoload -U compinit; compinit -u -d $1.dump; source $1; bindkey '^I' list-choices"
     zpty -w shell "compadd() { local -a found; builtin compadd -O found \\"\\$@\\"; print -rl -- \\$found >> $1.found; builtin compadd \\"\\$@\\" }"
     zpty -w shell "finished() { touch $1.finished }; zle-line-init() { comppostfuncs=(finished); touch $1.ready }; zle -N zle-line-init"
     until [[ -e $1.ready ]]; do sleep 0.02; done
     zpty -w -n shell "$2"$'\\t'
     until [[ -e $1.finished ]]; do sleep 0.02; done
     zpty -d shell
     cat $1.found; rm $1.found $1.finished $1.ready`,
    "zsh",
  ],
  fish: ["fish", "--no-config", "-c", 'source $argv[1]; complete -C "$argv[2]"'],
};

async function scriptOf(shell: string): Promise<string> {
  const { stdout: script } = await runKit(
    (io) => completionCommand(createProgram, io),
    [shell],
    {},
  );
  const file = join(folder, shell);
  writeFileSync(file, script);
  return file;
}

async function complete(shell: string, line: string): Promise<string> {
  const file = await scriptOf(shell);
  const [program = "", ...args] = ASK[shell] ?? [];
  const { stdout, stderr, error } = spawnSync(program, [...args, file, line], {
    encoding: "utf8",
    env: { ...process.env, HOME: folder, TERM: "dumb" },
  });
  expect(error).toBeUndefined();
  expect(stderr).toBe("");
  return stdout;
}

describe.each(Object.keys(ASK))("completion of %s", (shell) => {
  test.each([
    ["rotation-kit ", ["init", "serve", "gateway"], ["clock", "--persist"]],
    ["rotation-kit gateway ", ["clock", "fault"], ["serve"]],
    ["rotation-kit gateway --pers", ["--persist"], ["--port"]],
    ["rotation-kit gateway --clock ", ["running", "still"], ["fault"]],
    ["rotation-kit gateway --seed x clock ", ["show", "jump"], ["serve"]],
  ])("%s", async (line, offered, absent) => {
    const answer = await complete(shell, line);
    for (const word of offered) expect(answer).toMatch(new RegExp(`(^|\\s)${word}`, "m"));
    for (const word of absent) expect(answer).not.toMatch(new RegExp(`^${word}\\b`, "m"));
  });
});

test("bash completes the name of a file that has spaces, as one word", async () => {
  const file = await scriptOf("bash");
  writeFileSync(join(folder, "my rotator's file.yaml"), "");
  const typed = [
    `source ${file}; rotation-kit() { printf 'word: <%s>\\n' "$@"; }; cd ${folder}`,
    "rotation-kit serve --config my\t",
    "exit",
  ];
  // A terminal of its own: what is typed goes through readline, Tab included.
  const { stdout } = spawnSync("script", ["--quiet", "--command", "bash --norc -i", "/dev/null"], {
    encoding: "utf8",
    input: `${typed.join("\n")}\n`,
    env: { ...process.env, HOME: folder, TERM: "dumb" },
  });
  expect(stdout).toContain("word: <my rotator's file.yaml>");
});

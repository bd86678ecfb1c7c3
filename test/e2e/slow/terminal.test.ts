import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../unit/rotator/temporary-folder.ts";
import { KIT_COMMAND } from "../kit-command.ts";

/** What ends a question of `init`: the answer that it takes where none is given. */
const QUESTION = /\[\S+\] /g;

/** Runs a command of the kit on a pseudo-terminal; each question gets the next of the answers. */
async function atTerminal(words: string, { answers = [] as string[], columns = 80 } = {}) {
  const command = `stty cols ${columns} -echo; exec ${KIT_COMMAND.join(" ")} ${words}`;
  const terminal: ChildProcessWithoutNullStreams = spawn("script", ["-qefc", command, "/dev/null"]);
  let screen = "";
  let answered = 0;
  terminal.stdout.on("data", (text) => {
    screen += text;
    const asked = [...stripVTControlCharacters(screen).matchAll(QUESTION)].length;
    for (; answered < Math.min(asked, answers.length); answered += 1)
      terminal.stdin.write(answers[answered] ?? "");
  });
  const [code] = await once(terminal, "close");
  return { code, screen: stripVTControlCharacters(screen).replaceAll("\r", ""), raw: screen };
}

test("init asks five questions at a terminal, and writes the project", async () => {
  const folder = temporaryFolder({});
  const answers = ["billing\r", ...Array(9).fill("\r")];
  const { code, screen } = await atTerminal(`init ${folder}`, { answers });
  expect(code).toBe(0);
  expect(screen.match(/^What .*\?|^Which .*\?|^Where .*\?/gm)).toHaveLength(5);
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(["catalog.ts", "rotator.yaml"]));
});

test.each([
  ["Ctrl-C", "\x03"],
  ["Ctrl-D", "\x04"],
])("%s at a question ends init in a sentence, and nothing is written", async (_, key) => {
  const folder = temporaryFolder({});
  const { code, screen } = await atTerminal(`init ${folder}`, { answers: ["billing\r", key] });
  expect(code).toBe(1);
  expect(screen).toContain("the questions were not answered to the end, and nothing was written");
  expect(screen).not.toMatch(/^\s+at /m);
  expect(readdirSync(folder)).toEqual([]);
});

test("on a terminal of 40 columns a table breaks into records that fit", async () => {
  const { screen } = await atTerminal("doctor --out /nowhere", { columns: 40 });
  const lines = screen.split("\n").filter((line) => line.includes(" ", 10));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => line.length > 40)).toEqual([]);
});

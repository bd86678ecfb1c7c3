import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { collectingIo } from "../../harness/collecting-io.ts";
import { conformanceCommand } from "../../harness/commands/conformance/conformance-command.ts";
import { freePort } from "../../harness/free-port.ts";

const FIRST = "First-Pa55word-of-People";

/**
 * A rotator of somebody else's, as a process of its own: it changes the system, takes its time, and
 * answers. What it answered it keeps in a file, or only in its memory.
 */
const ROTATOR = `
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
const [port, accounts, notes] = process.argv.slice(2);
const read = (file) => (file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {});
const write = (file, value) => {
  writeFileSync(file + ".new", JSON.stringify(value));
  renameSync(file + ".new", file);
};
const answered = read(notes);
createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  let payload;
  try {
    payload = JSON.parse(JSON.parse(body).payload);
  } catch {
    return response.writeHead(400).end();
  }
  const { username, password } = payload;
  const known = answered[password];
  if (!known && read(accounts)[username] !== password) return response.writeHead(500).end("refused");
  const next = known ?? randomBytes(12).toString("hex");
  answered[password] = next;
  if (notes) write(notes, answered);
  write(accounts, { [username]: next });
  await new Promise((resolve) => setTimeout(resolve, 400));
  response.end(JSON.stringify({ payload: JSON.stringify({ username, password: next }) }));
}).listen(Number(port), "127.0.0.1");
`;

/** Starts it by the command that also restarts it, and runs case R5 with that command. */
async function examine(keepsNotes: boolean) {
  const directory = await mkdtemp(join(tmpdir(), "conformance-restart-"));
  const at = (name: string) => join(directory, name);
  const port = await freePort();
  await writeFile(at("rotator.mjs"), ROTATOR);
  await writeFile(at("accounts.json"), JSON.stringify({ app: FIRST }));
  const notes = keepsNotes ? at("notes.json") : "";
  const start = `'${process.execPath}' rotator.mjs ${port} '${at("accounts.json")}' ${notes}`;
  const restart = `cd '${directory}'; kill -9 $(cat pid 2>/dev/null) 2>/dev/null; ${start} >/dev/null 2>&1 & echo $! > '${at("pid")}'`;
  await writeFile(at("restart.sh"), restart);
  await writeFile(
    at("login.mjs"),
    `import { readFileSync } from "node:fs";
     const { username, password } = JSON.parse(readFileSync(0, "utf8"));
     process.exit(JSON.parse(readFileSync(${JSON.stringify(at("accounts.json"))}, "utf8"))[username] === password ? 0 : 1);`,
  );
  onTestFinished(async () => {
    process.kill(Number(await readFile(at("pid"), "utf8")));
    await rm(directory, { recursive: true });
  });
  await promisify(execFile)("sh", [at("restart.sh")]);
  await expect.poll(() => answers(port)).toBe(true);
  const { io, said } = collectingIo();
  await conformanceCommand(io).parseAsync(
    [
      ...["--url", `http://127.0.0.1:${port}/`, "--port", "0", "--tls-port", "0", "--json"],
      ...["--payload", JSON.stringify({ username: "app", password: FIRST })],
      ...["--profile", "recovery", "--wait", "8", "--restart", `sh '${at("restart.sh")}'`],
      ...["--login", `'${process.execPath}' '${at("login.mjs")}'`],
    ],
    { from: "user" },
  );
  const { cases } = JSON.parse(said.out) as {
    cases: { id: string; result: string; detail?: string }[];
  };
  return Object.fromEntries(cases.map(({ id, result }) => [id, result]));
}

/** Whether something listens there. */
const answers = (port: number) =>
  fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "{" }).then(
    () => true,
    () => false,
  );

const PASSED = {
  R1: "passed",
  R2: "passed",
  R3: "passed",
  R4: "passed",
  R5: "passed",
  R6: "passed",
  R7: "passed",
  R8: "skipped",
  R9: "skipped",
  R10: "skipped",
};

test("a rotator that remembers what it answered survives kills by a real command", async () => {
  expect(await examine(true)).toEqual(PASSED);
});

test("one that keeps it in memory fails that case, and no other", async () => {
  expect(await examine(false)).toEqual({ ...PASSED, R5: "failed" });
});

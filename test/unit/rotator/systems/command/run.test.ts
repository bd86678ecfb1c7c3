import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runChild } from "../../../../../rotator/systems/command/run.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

const options = (command: string, given: readonly string[] = []) => ({
  command,
  arguments: given,
  workingDirectory: "/",
  environment: {},
  timeoutMs: 10_000,
  maxOutputBytes: 1_000,
});

test("a command that cannot be started says why, and leaves nothing behind", async () => {
  const denied = join(temporaryFolder({ denied: "" }), "denied");
  chmodSync(denied, 0o600);
  const { signal } = new AbortController();
  const ended = (code: string) => ({ ended: "not_started", code });
  expect(await runChild(options("/does/not/exist"), "", signal)).toEqual(ended("ENOENT"));
  expect(await runChild(options(denied), "", signal)).toEqual(ended("EACCES"));
  // Node.js throws for these instead of telling the child's listener.
  const long = "x".repeat(1_000_000);
  expect(await runChild(options("/bin/true", [long]), "", signal)).toEqual(ended("E2BIG"));
  expect(await runChild(options("/bin/true", ["a\0b"]), "", signal)).toEqual(
    ended("ERR_INVALID_ARG_VALUE"),
  );
});

test("without a file descriptor left no command starts, and the next one does", () => {
  const module = new URL("../../../../../rotator/systems/command/run.ts", import.meta.url);
  const folder = temporaryFolder({ "program.mjs": "" });
  writeFileSync(
    join(folder, "program.mjs"),
    `import { closeSync, openSync, writeSync } from "node:fs";
    import { runChild } from ${JSON.stringify(module.href)};
    const options = ${JSON.stringify(options("/bin/true"))};
    const go = (timeoutMs) =>
      runChild({ ...options, timeoutMs }, "", new AbortController().signal);
    await go(60_000); // loads what is loaded late
    const taken = [];
    try { for (;;) taken.push(openSync("/dev/null")); } catch {}
    const without = await go(50);
    // Beyond its time limit, whose timer must not be there any more.
    await new Promise((resolve) => setTimeout(resolve, 100));
    taken.forEach((fd) => closeSync(fd));
    writeSync(1, JSON.stringify([without, (await go(60_000)).ended]));`,
  );
  const limited = 'ulimit -n 64; exec "$0" --import tsx "$1"';
  const text = execFileSync(
    "bash",
    ["-c", limited, process.execPath, join(folder, "program.mjs")],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  expect(JSON.parse(text)).toEqual([{ ended: "not_started", code: "EMFILE" }, "exit"]);
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";

const module = new URL("../../../../rotator/observability/logger.ts", import.meta.url);

/** A process that logs and talks to the test over IPC; nobody reads its standard output yet. */
function start(program: string): ChildProcess {
  const text = `
    import { createRotatorLog } from ${JSON.stringify(module.href)};
    const { log } = createRotatorLog({ level: "info" });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    ${program}`;
  const options = ["--import", "tsx", "--input-type=module", "--eval", text];
  const child = spawn(process.execPath, options, { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Logs lines of a kilobyte, one a turn, with numbers in their order. */
const LINES = `
  const lines = async (from, to) => {
    for (let number = from; number < to; number += 1) {
      log.info({ number }, "x".repeat(1_000));
      await turn();
    }
  };`;

test("what waits for a reader that does not read is bounded, and it is told how much was dropped", async () => {
  const child = start(`${LINES}
    await lines(0, 20_000);
    process.once("message", async () => {
      await lines(20_000, 20_010);
      process.disconnect();
    });
    process.send("logged");`);
  await once(child, "message");
  const lines: { number?: number; lines?: number }[] = [];
  if (child.stdout === null) throw new Error("no standard output");
  const input = createInterface({ input: child.stdout });
  input.on("line", (line) => {
    const entry = JSON.parse(line);
    lines.push(entry);
    if (entry.number === undefined || entry.number === 19_999) child.send("go on");
  });
  await once(input, "close");
  const numbers = lines.map(({ number }) => number);
  const kept = numbers.indexOf(undefined);
  expect(kept).toBeGreaterThan(7_000);
  expect(kept).toBeLessThan(9_000);
  expect(lines[kept]).toMatchObject({ level: "warn", lines: 20_000 - kept });
  const count = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => from + index);
  expect(numbers).toEqual([...count(0, kept), undefined, ...count(20_000, 20_010)]);
});

test("a process ends although nobody reads what it wrote", async () => {
  const child = start(`${LINES}
    await lines(0, 1_000);
    process.exit(3);`);
  expect(await once(child, "exit")).toEqual([3, null]);
});

test("a reader that goes away does not end the process", async () => {
  const child = start(`${LINES}
    process.once("message", async () => {
      await lines(0, 1_000);
      process.exit(3);
    });
    process.send("ready");`);
  await once(child, "message");
  child.stdout?.destroy();
  child.send("go on");
  expect(await once(child, "exit")).toEqual([3, null]);
});

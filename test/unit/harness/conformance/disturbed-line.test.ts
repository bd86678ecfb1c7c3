import { randomUUID } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startTcpRelay } from "../../../harness/tcp-relay.ts";
import { examineListener, FIRST } from "./examine.ts";

/** A system behind a line: sets a password for somebody who knows the old one, or has set it before. */
async function startSystem(passwords: Map<string, string>): Promise<number> {
  const server = createServer(async (request, response) => {
    const { from, to } = JSON.parse(await textOf(request)) as { from: string; to: string };
    const now = passwords.get(FIRST.username);
    if (now === from) passwords.set(FIRST.username, to);
    response.writeHead(now === from || now === to ? 200 : 403).end("x".repeat(200));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function textOf(request: AsyncIterable<unknown>): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

/** Ways to treat a system that does not answer. */
interface Habits {
  /** Answers 200 whatever the system said. */
  readonly hopes?: boolean;
  /** Writes down the next password only after the system has taken it. */
  readonly notesLate?: boolean;
}

/** A rotator whose system is behind `port`. Without habits it is careful. */
function rotatorTo(port: number, { hopes, notesLate }: Habits): RequestListener {
  const notes = new Map<string, string>();
  return async (request, response): Promise<void> => {
    const { payload } = JSON.parse(await textOf(request)) as { payload: string };
    const { username, password } = JSON.parse(payload) as typeof FIRST;
    const to = notes.get(password) ?? randomUUID();
    if (!notesLate) notes.set(password, to);
    const changed = await fetch(`http://127.0.0.1:${port}/`, {
      method: "POST",
      headers: { connection: "close" },
      body: JSON.stringify({ from: password, to }),
      signal: AbortSignal.timeout(2_000),
    }).then(
      async (answer) => (await answer.text()) !== "" && answer.ok,
      () => false,
    );
    if (!changed && !hopes) return void response.writeHead(503).end();
    notes.set(password, to);
    response.end(JSON.stringify({ payload: JSON.stringify({ username, password: to }) }));
  };
}

/** What came of the cases that disturb the line, in the order in which they run. */
async function disturb(habits: Habits) {
  const passwords = new Map<string, string>();
  const relay = await startTcpRelay(await startSystem(passwords));
  onTestFinished(() => relay.stop());
  const report = await examineListener(
    (accounts) => {
      for (const [name, password] of accounts) passwords.set(name, password);
      return rotatorTo(relay.port, habits);
    },
    ["recovery"],
    { relay, login: async (payload) => JSON.parse(payload).password === passwords.get("app") },
  );
  const cases = report.cases.filter(({ id }) => ["R8", "R9", "R10"].includes(id));
  return cases.map(({ id, result }) => `${id} ${result}`);
}

test("a careful rotator survives a system that is down, slow, or whose answer is lost", async () => {
  expect(await disturb({})).toEqual(["R8 passed", "R9 passed", "R10 passed"]);
});

test("one that answers 200 without the system fails while it is down", async () => {
  expect((await disturb({ hopes: true }))[0]).toBe("R8 failed");
});

test("one that forgets what it tried loses the account with the system's answer", async () => {
  expect(await disturb({ notesLate: true })).toEqual(["R8 passed", "R9 passed", "R10 failed"]);
});

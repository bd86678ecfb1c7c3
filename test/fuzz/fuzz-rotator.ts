import { connect } from "node:net";
import { Pool } from "undici";
import { answerEntry } from "../../common/errors/rotator-errors.ts";
import { startMemoryRotator } from "../harness/memory-rotator.ts";
import { createFuzzer, createGarbage, type FuzzedRequest, seeded } from "./requests.ts";

/** What a fuzz run found. */
export interface FuzzReport {
  readonly requests: number;
  /** Requests by the code they were answered with. */
  readonly codes: Readonly<Record<string, number>>;
  /** What must never happen, one sentence each. */
  readonly violations: readonly string[];
}

/** Connections that send at once. */
const CONNECTIONS = 16;
/** Of a hundred requests, how many are raw bytes. */
const GARBAGE_PERCENT = 2;

/**
 * Sends bent requests over real HTTP to a rotator in this process and looks for: an unexpected 5xx,
 * an answer without a known code, contact with the system without genuine credentials, a crash.
 */
export async function fuzzRotator(requests: number, seed: number): Promise<FuzzReport> {
  const limits = { rate_per_minute: 100_000, body_bytes: 65_536 };
  const stage = await startMemoryRotator({ changes: { limits } });
  const { origin, port } = new URL(stage.rotator.url);
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  const random = seeded(seed);
  const next = createFuzzer(random, stage.token("/item/0"));
  const garbage = createGarbage(random);
  const codes: Record<string, number> = {};
  const violations: string[] = [];
  const crash = (error: unknown) => violations.push(`crash: ${String(error)}`);
  process.on("uncaughtException", crash).on("unhandledRejection", crash);

  const judge = (request: FuzzedRequest, status: number, text: string, contacts: number) => {
    const code = readCode(text) ?? "none";
    codes[code] = (codes[code] ?? 0) + 1;
    const show = () => `${status} ${code} for ${JSON.stringify(request).slice(0, 300)}`;
    if (answerEntry(code)?.status !== status) violations.push(`unknown answer: ${show()}`);
    // The password of a bent request never fits, so even a genuine one must not get through.
    if (status >= 500) violations.push(`unexpected 5xx: ${show()}`);
    if (!request.genuine && contacts !== stage.contacts()) {
      // Others run at the same time: only a run of one request proves who made the contact.
      suspects.push(request);
    }
  };
  const suspects: FuzzedRequest[] = [];

  let left = requests;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      if (random() * 100 < GARBAGE_PERCENT) {
        await sendGarbage(Number(port), garbage());
        codes.garbage = (codes.garbage ?? 0) + 1;
        continue;
      }
      const request = next();
      const contacts = stage.contacts();
      const answer = await send(pool, request);
      if (answer) judge(request, answer.status, answer.text, contacts);
      else codes.cut = (codes.cut ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker)).finally(() =>
    process.off("uncaughtException", crash).off("unhandledRejection", crash),
  );

  for (const request of suspects) {
    const contacts = stage.contacts();
    await send(pool, request);
    if (contacts !== stage.contacts()) {
      violations.push(`contact without credentials: ${JSON.stringify(request).slice(0, 300)}`);
    }
  }
  await pool.close();
  await stage.stop();
  return { requests, codes, violations };
}

/** The answer, or undefined where the rotator closed the connection instead. */
async function send(pool: Pool, { method, path, headers, body }: FuzzedRequest) {
  try {
    const answer = await pool.request({ method, path, headers: { ...headers }, body });
    return { status: answer.statusCode, text: await answer.body.text() };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code !== "ERR_ASSERTION")
      return undefined;
    throw error;
  }
}

function sendGarbage(port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    // A reset is as good an answer to garbage as a 400; both end with "close".
    socket.on("error", () => {});
    socket.once("close", () => resolve());
    socket.resume().end(bytes);
  });
}

function readCode(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { code?: string }).code;
  } catch {
    return undefined;
  }
}

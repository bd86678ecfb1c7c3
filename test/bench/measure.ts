import { Agent, request } from "node:http";
import autocannon, { type Result } from "autocannon";
import { Pool } from "undici";
import { firstPayload, type ItemRequest } from "./gateway-items.ts";
import type { BenchSubject, RotatorSubject } from "./subjects.ts";

/** Connections that send at once in a throughput run. */
export const CONNECTIONS = 50;
/** A number of requests, not a time: so a busy machine takes longer, and measures the same. */
const LOAD = { method: "POST", connections: CONNECTIONS, timeout: 60 } as const;

/** What a run under full load showed; latencies in milliseconds. */
export interface Throughput {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers that were no 200, and connections that broke. */
  readonly failed: number;
}

/** Loads a bare server with a number of requests. */
export async function loadBare({ url }: BenchSubject, amount: number): Promise<Throughput> {
  const headers = { "content-type": "application/json" };
  const options = { ...LOAD, url, amount };
  return summarize(await autocannon({ ...options, headers, body: PLAIN_BODY }));
}

/** What the bare servers get: the body of a first rotation. */
export const PLAIN_BODY = JSON.stringify({ payload: firstPayload(0) });

/** What a run showed of a rotator. */
export interface RotatorThroughput extends Throughput {
  /** Processor time of the rotator for one rotation, in milliseconds. */
  readonly processorMs: number;
}

/**
 * Loads a rotator with a number of requests. Each connection goes through items of its own and stores their answers, so
 * that each request is the next rotation of its item.
 */
export async function loadRotator(
  rotator: RotatorSubject,
  items: number,
  amount: number,
): Promise<RotatorThroughput> {
  const share = Math.floor(items / CONNECTIONS);
  let clients = 0;
  const before = await rotator.processorSeconds();
  const result = await autocannon({
    ...LOAD,
    url: rotator.url,
    amount,
    // The rotator closes a connection after 100 requests; autocannon has to be told.
    reconnectRate: 100,
    setupClient: (client) => {
      const first = (clients++ % CONNECTIONS) * share;
      const own = Array.from({ length: share }, (_, index) => first + index);
      client.setRequests(
        own.map((item) => ({
          method: "POST",
          setupRequest: (request) => ({ ...request, ...rotator.items.request(item) }),
          onResponse: (status, body) => {
            if (status === 200) rotator.items.store(item, body);
          },
        })),
      );
    },
  });
  const used = (await rotator.processorSeconds()) - before;
  return { ...summarize(result), processorMs: (used * 1000) / result.requests.total };
}

function summarize(result: Result): Throughput {
  return {
    perSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}

/**
 * Time of one request after the other over one connection, in milliseconds.
 *
 * @param store takes the answers
 */
export async function oneByOne(
  url: string,
  count: number,
  make: (index: number) => ItemRequest,
  store: (index: number, answer: string) => void = () => {},
): Promise<{ readonly p50: number; readonly p99: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const { headers, body: text } = make(index);
    const begun = performance.now();
    const answer = await new Promise<string>((resolve, reject) => {
      request(url, { method: "POST", agent, headers }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
        let whole = "";
        response
          .setEncoding("utf8")
          .on("data", (part: string) => (whole += part))
          .on("end", () => resolve(whole));
      })
        .on("error", reject)
        .end(text);
    });
    times.push(performance.now() - begun);
    store(index, answer);
  }
  agent.destroy();
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** All items at once: how long until the last answer, and how many were lost. */
export async function burst(
  rotator: RotatorSubject,
  count: number,
): Promise<{ readonly ms: number; readonly lost: number }> {
  const { origin, pathname } = new URL(rotator.url);
  const pool = new Pool(origin, { connections: count, pipelining: 1 });
  const requests = Array.from({ length: count }, (_, item) => rotator.items.request(item));
  const begun = performance.now();
  const answers = await Promise.allSettled(
    requests.map(async ({ headers, body: text }, item) => {
      const options = { path: pathname, method: "POST", headers, body: text } as const;
      const answer = await pool.request(options);
      const stored = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`);
      rotator.items.store(item, stored);
    }),
  );
  const ms = performance.now() - begun;
  await pool.close();
  return { ms, lost: answers.filter(({ status }) => status === "rejected").length };
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

import { arch, cpus, loadavg, platform, totalmem } from "node:os";
import { parseArgs } from "node:util";
import {
  burst,
  CONNECTIONS,
  loadBare,
  loadRotator,
  oneByOne,
  PLAIN_BODY,
  quantile,
  type RotatorThroughput,
  type Throughput,
} from "./measure.ts";
import { type BenchSubject, type RotatorOptions, startBare, startSubject } from "./subjects.ts";

/*
 * `npm run bench:rotator -- [--json] [--quick] [--against <checkout>]`: the rotator against the least that
 * Express 5 and node:http can do, and against the packed rotator of another checkout, in the same run and
 * in turns, so that a busy machine slows all of them.
 */

const { json, quick, against } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    against: { type: "string" },
  },
}).values;
const ROUNDS = quick ? 1 : 5;
const REQUESTS = quick ? 300 : 4_000;
/** The compiler of the engine needs some ten thousand requests before it is done. */
const WARM_UP = quick ? 300 : 20_000;
const BURSTS = quick ? 1 : 5;
const SEQUENTIAL = quick ? 200 : 2_000;
const COLD_STARTS = quick ? 2 : 9;
/** Two per connection, so that no two requests at once are the same rotation. */
const ITEMS = 2 * CONNECTIONS;
const BURST = 1_000;
const BURST_CONCURRENCY = 64;
const BURST_LATENCY_MS = 50;
/** Items of one HTTP system that come at once, and what each of its calls takes. */
const CROWD = 500;
const CROWD_LATENCIES_MS = quick ? [50] : [50, 1_000];
/** Rotations of one HTTP system that run at once by default (`max_concurrent`). */
const CROWD_CONCURRENCY = 128;
/** Calls of a system in one rotation: probe, change, verify. */
const CALLS = 3;

const note = (text: string) => process.stderr.write(`${text}\n`);
const round = (value: number, digits = 2) => Number(value.toFixed(digits));
const megabytes = (subject: BenchSubject) => round(subject.peakMemory() / 1e6, 0);
const median = (values: readonly number[]) => quantile(values, 0.5);
const medianOf = <T>(list: readonly T[], pick: (one: T) => number) => round(median(list.map(pick)));

const rotator = await startSubject({ items: ITEMS, latencyMs: 0, concurrency: 64 });
const express = await startBare("bare-express");
const http = await startBare("bare-http");

note("throughput");
await loadRotator(rotator, ITEMS, WARM_UP);
await loadBare(express, WARM_UP);
await loadBare(http, WARM_UP);
const rounds: Record<"rotator" | "express" | "http", Throughput>[] = [];
for (let index = 0; index < ROUNDS; index += 1) {
  rounds.push({
    http: await loadBare(http, REQUESTS),
    express: await loadBare(express, REQUESTS),
    rotator: await loadRotator(rotator, ITEMS, REQUESTS),
  });
}
const throughput = (name: "rotator" | "express" | "http") => ({
  per_second: medianOf(rounds, (one) => one[name].perSecond),
  p50_ms: medianOf(rounds, (one) => one[name].p50),
  p99_ms: medianOf(rounds, (one) => one[name].p99),
  failed: rounds.reduce((sum, one) => sum + one[name].failed, 0),
});
const memory = {
  rotator_mb: megabytes(rotator),
  express_mb: megabytes(express),
  http_mb: megabytes(http),
};

note("kinds of system");
const kinds = {
  memory: await compare({}),
  memory_verdict_cached: await compare({ verdictCacheMs: 60_000 }),
  http: await compare({ http: true }),
};

note("one by one");
const plain = { headers: { "content-type": "application/json" }, body: PLAIN_BODY };
const { items } = rotator;
const sequential = {
  express: await oneByOne(express.url, SEQUENTIAL, () => plain),
  rotator: await oneByOne(
    rotator.url,
    SEQUENTIAL,
    (index) => items.request(index % ITEMS),
    (index, answer) => items.store(index % ITEMS, answer),
  ),
};
await Promise.all([rotator.stop(), express.stop(), http.stop()]);

note("cold start");
const starts: Record<"rotator" | "express", number[]> = { rotator: [], express: [] };
for (let index = 0; index < COLD_STARTS; index += 1) {
  const pair: ["rotator" | "express", () => Promise<BenchSubject>][] = [
    ["express", () => startBare("bare-express")],
    ["rotator", () => startSubject({ items: 1, latencyMs: 0, concurrency: 1 })],
  ];
  for (const [name, start] of pair) {
    const subject = await start();
    starts[name].push(subject.coldStartMs);
    await subject.stop();
  }
}

note("burst");
const slow = await startSubject({
  items: BURST,
  latencyMs: BURST_LATENCY_MS,
  concurrency: BURST_CONCURRENCY,
});
await loadRotator(slow, BURST, quick ? 300 : 4_000);
const bursts = [];
for (let index = 0; index < BURSTS; index += 1) bursts.push(await burst(slow, BURST));
await slow.stop();
const ms = median(bursts.map((one) => one.ms));
const lost = bursts.reduce((sum, one) => sum + one.lost, 0);
const crowds: Record<string, object> = {};
let crowdLost = 0;
for (const latencyMs of CROWD_LATENCIES_MS) {
  const subject = await startSubject({ items: CROWD, latencyMs, concurrency: CROWD, http: true });
  const one = await burst(subject, CROWD);
  await subject.stop();
  crowdLost += one.lost;
  const ideal = (CROWD * CALLS * latencyMs) / CROWD_CONCURRENCY;
  crowds[`${latencyMs}_ms`] = {
    lost: one.lost,
    ms: round(one.ms, 0),
    ideal_ms: round(ideal, 0),
  };
}
const idealMs = (BURST * CALLS * BURST_LATENCY_MS) / BURST_CONCURRENCY;

const [cpu] = cpus();
const report = {
  schema: "rotation-kit/bench-rotator/v1",
  at: new Date().toISOString(),
  machine: {
    cpu: `${cpus().length} × ${cpu?.model.trim()}`,
    memory_gb: round(totalmem() / 2 ** 30, 1),
    platform: `${platform()} ${arch()}`,
    node: process.version,
    load: loadavg().map((one) => round(one, 1)),
  },
  throughput: {
    connections: CONNECTIONS,
    rotator: throughput("rotator"),
    express: throughput("express"),
    http: throughput("http"),
    rotator_to_express: medianOf(rounds, (one) => one.rotator.perSecond / one.express.perSecond),
    rotator_to_http: medianOf(rounds, (one) => one.rotator.perSecond / one.http.perSecond),
  },
  kinds,
  one_by_one: Object.fromEntries(
    Object.entries(sequential).map(([name, { p50, p99 }]) => [
      name,
      { p50_ms: round(p50, 3), p99_ms: round(p99, 3) },
    ]),
  ),
  cold_start: {
    rotator_ms: round(median(starts.rotator), 0),
    express_ms: round(median(starts.express), 0),
    ratio: round(median(starts.rotator) / median(starts.express)),
  },
  memory,
  burst: {
    rotations: BURST,
    target_latency_ms: BURST_LATENCY_MS,
    concurrency: BURST_CONCURRENCY,
    lost,
    ms: round(ms, 0),
    ideal_ms: round(idealMs, 0),
    ratio: round(ms / idealMs),
  },
  burst_http: { rotations: CROWD, ...crowds },
};

const measured = [kinds.memory, kinds.http];
const goals: [string, boolean][] = [
  ...measured.flatMap(({ now, before }): [string, boolean][] =>
    before === undefined
      ? []
      : [["processor time 40 % less than before", now.processor_ms <= 0.6 * before.processor_ms]],
  ),
  ["1.2 ms of processor time over HTTP", kinds.http.now.processor_ms <= 1.2],
  ["peak memory under 120 MB", measured.every(({ now }) => now.peak_mb < 120)],
  [
    "p99 at most 2 × p50 at 50 connections",
    measured.every(({ now }) => now.p99_ms <= 2 * now.p50_ms),
  ],
  ["p99 under 1.5 ms one by one", sequential.rotator.p99 < 1.5],
  ["cold start under 2 × bare Express", report.cold_start.ratio < 2],
  ["burst: none lost, within 1.3 × the ideal", lost === 0 && report.burst.ratio <= 1.3],
  ["500 at once over HTTP: none lost", crowdLost === 0],
];
if (json)
  process.stdout.write(
    `${JSON.stringify({ ...report, goals: Object.fromEntries(goals) }, null, 2)}\n`,
  );
else {
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  for (const [goal, met] of goals) process.stdout.write(`${met ? "met    " : "MISSED "} ${goal}\n`);
}

/** Loads a rotator with one kind of system, in turns with the other checkout's where there is one. */
async function compare(kind: Pick<RotatorOptions, "http" | "verdictCacheMs">) {
  const options = { items: ITEMS, latencyMs: 0, concurrency: 64, ...kind };
  const now = { subject: await startSubject(options), loads: [] as RotatorThroughput[] };
  const before = against && {
    subject: await startSubject({ ...options, checkout: against }),
    loads: [] as RotatorThroughput[],
  };
  const both = before ? [now, before] : [now];
  for (const { subject } of both) await loadRotator(subject, ITEMS, WARM_UP);
  for (let index = 0; index < ROUNDS; index += 1)
    for (const { subject, loads } of both) loads.push(await loadRotator(subject, ITEMS, REQUESTS));
  const reportOf = ({ subject, loads }: typeof now) => ({
    processor_ms: medianOf(loads, (one) => one.processorMs),
    per_second: medianOf(loads, (one) => one.perSecond),
    p50_ms: medianOf(loads, (one) => one.p50),
    p99_ms: medianOf(loads, (one) => one.p99),
    peak_mb: megabytes(subject),
    failed: loads.reduce((sum, one) => sum + one.failed, 0),
  });
  const report = { now: reportOf(now), before: before ? reportOf(before) : undefined };
  for (const { subject } of both) await subject.stop();
  return report;
}

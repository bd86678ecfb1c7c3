import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultName, FaultPoint } from "../harness/faults.ts";
import { listenOnLoopback } from "../harness/loopback.ts";
import { type RotatorProcess, startRotatorCommand } from "../harness/rotator-process.ts";
import { BUILT } from "./fleet.ts";
import { openProofPlace, type ProofPlace, WINDOW_MS } from "./place.ts";
import { wrong } from "./wrong.ts";

const DAY = 86_400_000;
/** Days between two rotations of a secret. */
const INTERVAL = 30;
/** Undisturbed calls after which store and application must agree. */
const CLEAN_CALLS = 3;
/** Every so manieth secret is rotated by a script, a process for each step. */
const BY_SCRIPT = 50;
/** How much more memory, in MB, and how many more open files the last quarter may need than the second. */
const MOST_MORE = { heapMb: 8, files: 8 };

/** Lets what the process holds be measured without what it only has not collected yet. */
const COLLECT_GARBAGE = "data:text/javascript,setInterval(gc, 1000).unref()";
/** Time for the last notifications, which are repeated with pauses of up to a minute. */
const LAST_NOTIFICATIONS_MS = 120_000;

/** How likely each fault strikes. */
const GATEWAY_FAULTS: readonly [FaultPoint, FaultName, number][] = [
  ["rotation", "duplicate", 0.02],
  ["rotation", "replay", 0.02],
  ["rotation", "reset-before", 0.01],
  ["rotation", "reset-after", 0.03],
  ["rotation", "hang-up", 0.02],
  ["store", "keep-old", 0.01],
  ["store", "restore-previous", 0.01],
  ["validation", "error-before", 0.01],
  ["validation", "reset-before", 0.01],
  ["validation", "huge-body", 0.01],
];
const APP_FAULTS: readonly [FaultPoint, FaultName, number][] = [
  ["login", "error-before", 0.01],
  ["login", "reset-before", 0.01],
  ["change", "error-after", 0.01],
  ["change", "reset-before", 0.01],
  ["change", "reset-after", 0.02],
  ["change", "reject-policy", 0.01],
];
/** After which time the gateway hangs up, where it does. */
const HANG_UP_MS = 15;

/** What the rotator's process holds at the end of a day. */
interface Sample {
  readonly heapMb: number;
  readonly files: number;
  readonly children: number;
  /** Rotations so far that had to find the password first. */
  readonly recoveries: number;
}

/** One rotator, `items` secrets, and `days` of the gateway's time under random faults. */
export async function soak(options: {
  readonly seed: number;
  readonly items: number;
  readonly days: number;
}) {
  const { seed, days } = options;
  const { items: count } = options;
  const place = await openProofPlace({ count, interval: INTERVAL, everyByScript: BY_SCRIPT });
  const { stage } = place;
  const { directory, gateway, app } = stage;
  const spool = join(directory, "spool");
  const temporary = join(directory, "tmp");
  for (const folder of [spool, temporary]) await mkdir(folder);
  await writeFile(join(directory, "notify.secret"), "a-secret-of-the-receiver");
  let notified = 0;
  const receiver = await listenOnLoopback((_request, response) => {
    notified += 1;
    response.end();
  });
  const file = await stage.writeConfig({
    ...place.sections(),
    notify: {
      url: `${receiver.url}/`,
      secret_file: "notify.secret",
      directory: spool,
      delay_ms: 0,
    },
  });
  const rotator = await startRotatorCommand(
    [
      process.execPath,
      "--expose-gc",
      `--import=${COLLECT_GARBAGE}`,
      join(BUILT, "bin/rotator.mjs"),
      "--config",
      file,
    ],
    { TMPDIR: temporary },
  );
  try {
    await stage.retarget(rotator.url);
    for (const [at, name, probability] of GATEWAY_FAULTS)
      gateway.faults.inject(name, { at, probability, seed, milliseconds: HANG_UP_MS });
    for (const [at, name, probability] of APP_FAULTS)
      app.faults.inject(name, { at, probability, seed });
    const samples: Sample[] = [];
    let repeated = 0;
    for (let day = 0; day < days; day += 1) {
      await gateway.advance(DAY);
      repeated += await repeatFailed(place);
      samples.push(await measure(rotator));
      if (day % 30 === 29) process.stderr.write(`day ${day + 1} of ${days}\n`);
    }
    gateway.faults.clear();
    app.faults.clear();
    const lost = await heal(place);
    await emptied(spool);
    const end = await measure(rotator);
    const versions = place.items.map(({ name }) => gateway.item(name)?.lastVersion ?? 0);
    const heap = byQuarter(samples, "heapMb");
    const files = byQuarter(samples, "files");
    const left = {
      processes: end.children,
      files: (await readdir(temporary)).length + (await readdir(spool)).length,
    };
    const lockouts = place.lockouts();
    const exitCode = await rotator.end("SIGTERM");
    return {
      items: place.items.length,
      days,
      rotations: versions.reduce((sum, version) => sum + version - 1, 0),
      repeated_after_a_failure: repeated,
      recovered: end.recoveries,
      notified,
      lockouts,
      lost,
      heap_mb: heap,
      open_files: files,
      left,
      exit_code: exitCode,
      wrong: wrong({
        "an account was locked": lockouts > 0,
        "a stored password does not open its account": lost.length > 0,
        "memory is not given back": growth(heap) > MOST_MORE.heapMb,
        "files or sockets are not closed": growth(files) > MOST_MORE.files,
        "processes are left": left.processes > 0,
        "files are left": left.files > 0,
        "the rotator did not stop cleanly": exitCode !== 0,
      }),
    };
  } finally {
    await rotator.end("SIGKILL");
    await Promise.all([receiver.stop(), stage.stop()]);
  }
}

/** Resolves when nothing is in the folder any more, or after a while. */
async function emptied(folder: string): Promise<void> {
  const until = performance.now() + LAST_NOTIFICATIONS_MS;
  while ((await readdir(folder)).length > 0 && performance.now() < until) await sleep(200);
}

/** What the rotator says of itself, and the kernel of its children. */
async function measure({ metricsUrl, pid }: RotatorProcess): Promise<Sample> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  const sum = (metric: string) =>
    [...text.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))].reduce(
      (total, [, value]) => total + Number(value),
      0,
    );
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return {
    heapMb: sum("nodejs_heap_size_used_bytes") / 2 ** 20,
    files: sum("process_open_fds"),
    children: children.split(" ").filter((child) => child !== "").length,
    recoveries: sum("rotator_recoveries_total"),
  };
}

/**
 * The least of each quarter of the year: what garbage and idle connections come to does not count, what
 * is never given back does.
 */
function byQuarter(samples: readonly Sample[], what: "heapMb" | "files"): readonly number[] {
  const length = Math.ceil(samples.length / 4);
  return [0, 1, 2, 3].map((quarter) => {
    const part = samples.slice(quarter * length, (quarter + 1) * length);
    return Math.round(10 * Math.min(...part.map((sample) => sample[what]))) / 10;
  });
}

/** From the second quarter to the last: in the first, the process still loads what it needs. */
function growth([, second = 0, , last = 0]: readonly number[]): number {
  return last - second;
}

/** Rotates what failed once more, as `rotation-kit heal` does; returns how many that were. */
async function repeatFailed({ items, stage: { gateway } }: ProofPlace): Promise<number> {
  const failed = items.filter(({ name }) => gateway.item(name)?.lastError !== undefined);
  for (const { name } of failed) await gateway.rotate(name);
  return failed.length;
}

/** Undisturbed calls for each secret that needs them; returns those that they do not help. */
async function heal({ items, ill, stage: { gateway } }: ProofPlace): Promise<readonly string[]> {
  let left = await ill(items);
  for (let call = 0; call < CLEAN_CALLS && left.length > 0; call += 1) {
    if (call > 0) await sleep(WINDOW_MS + 200);
    for (const { name } of left) await gateway.rotate(name);
    left = await ill(left);
  }
  return left.map(({ name }) => name);
}

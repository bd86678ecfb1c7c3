import type { RequestListener } from "node:http";
import { onTestFinished } from "vitest";
import { Bench, type Oracles } from "../../../harness/conformance/bench.ts";
import type { Profile } from "../../../harness/conformance/cases.ts";
import { type ConformanceReport, runCases } from "../../../harness/conformance/run.ts";
import { TestedRotator } from "../../../harness/conformance/subject.ts";
import { startGateway } from "../../../harness/index.ts";
import { listenOnLoopback } from "../../../harness/loopback.ts";
import { type Habits, naiveRotator } from "./naive-rotator.ts";

/** The item of the tokens. */
export const CONFORMANCE_ITEM = "/conformance";
/** The first payload. */
export const FIRST = { username: "app", password: "First-Pa55word-of-People" };

function login(passwords: Map<string, string>) {
  return async (payload: string) => {
    const { username, password } = JSON.parse(payload) as typeof FIRST;
    return passwords.get(username) === password;
  };
}

/** Runs the cases against a rotator; `passwords` are those of the system behind it. */
export async function examineRotator(
  url: string,
  gateway: Awaited<ReturnType<typeof startGateway>>,
  payload: object,
  passwords: Map<string, string> | undefined,
  profiles?: readonly Profile[],
  more: Oracles = {},
): Promise<ConformanceReport> {
  const subject = new TestedRotator(url, 4_000, () => performance.now(), undefined);
  onTestFinished(() => subject.close());
  const oracles = { ...(passwords && { login: login(passwords) }), ...more };
  const bench = new Bench(subject, gateway, CONFORMANCE_ITEM, JSON.stringify(payload), oracles);
  return runCases(bench, profiles);
}

/** Runs the cases against a rotator that is written here, with its validator and its system. */
export async function examineListener(
  rotator: (passwords: Map<string, string>, validator: string) => RequestListener,
  profiles?: readonly Profile[],
  more?: Oracles,
): Promise<ConformanceReport> {
  const gateway = await startGateway();
  const passwords = new Map([[FIRST.username, FIRST.password]]);
  const validator = `${gateway.url}/validate-producer-credentials`;
  const server = await listenOnLoopback(rotator(passwords, validator));
  onTestFinished(async () => {
    await Promise.all([gateway.stop(), server.stop()]);
  });
  return examineRotator(server.url, gateway, FIRST, passwords, profiles, more);
}

/** The same for a naive rotator. */
export const examineNaive = (habits: Habits, profiles?: readonly Profile[]) =>
  examineListener((passwords, validator) => naiveRotator(passwords, validator, habits), profiles);

/** The cases that failed. */
export const failures = ({ cases }: ConformanceReport) =>
  cases.filter(({ result }) => result === "failed").map(({ id }) => id);

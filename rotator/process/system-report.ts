import { defined } from "../../common/defined.ts";
import { plainText } from "../../common/plain-text.ts";
import type { WatchedExchange } from "../systems/dependencies.ts";
import { printDocument } from "./documents.ts";
import { type ProbedSystem, probeReason } from "./probe-system.ts";
import type { RehearsalStep } from "./rehearse.ts";

/** Prints what `system probe` and `system rehearse` find. Nothing in it is secret. */
export interface SystemReport {
  act(name: string): void;
  request(exchange: WatchedExchange): void;
  probed(found: ProbedSystem): void;
  /** @param rest what to do about a password that could not be set back */
  rehearsed(acts: readonly RehearsalStep[], rest: string | undefined): void;
}

const say = (line: string) => process.stdout.write(`${plainText(line)}\n`);

/** Lines for people, each as it happens. */
export const FOR_PEOPLE: SystemReport = {
  act: (name) => say(`# ${name}`),
  request: ({ method, target, headers, body, status, conclusion }) => {
    say(`> ${method} ${target}`);
    for (const [header, value] of Object.entries(headers)) say(`>   ${header}: ${value}`);
    if (body !== undefined) say(`>   ${body}`);
    say(`< ${status ?? "no answer"}: ${conclusion}`);
  },
  probed: ({ right, wrong, findings }) => {
    say(`right password: ${right.result === "valid" ? "valid" : probeReason(right)}`);
    if (wrong)
      say(`wrong password: ${wrong.result === "invalid" ? "invalid" : probeReason(wrong)}`);
    for (const finding of findings) say(finding);
  },
  rehearsed: (acts, rest) => {
    for (const { name, ok, outcome } of acts) say(`${ok ? "ok" : "FAILED"}  ${name}: ${outcome}`);
    if (rest !== undefined) say(rest);
  },
};

/** One JSON document at the end. */
export function forMachines(): SystemReport {
  const requests: (WatchedExchange & { act?: string })[] = [];
  let current: string | undefined;
  return {
    act: (name) => {
      current = name;
    },
    request: (exchange) => requests.push({ ...defined({ act: current }), ...exchange }),
    probed: (found) => printDocument("system-probe", found),
    rehearsed: (acts, rest) => {
      const ok = acts.every((act) => act.ok);
      printDocument("system-rehearse", { ok, acts, requests, rest });
    },
  };
}

import type { Bench } from "./bench.ts";
import {
  CASES,
  type CaseText,
  failed,
  PROFILES,
  type Profile,
  skipped,
  type Verdict,
} from "./cases.ts";
import { authentication } from "./profiles/authentication.ts";
import { contract } from "./profiles/contract.ts";
import { hygiene } from "./profiles/hygiene.ts";
import { recovery } from "./profiles/recovery.ts";
import { curlOf, type Exchange, shownBody } from "./subject.ts";

/** What came of a case, for a report. */
export interface CaseReport {
  readonly id: string;
  readonly profile: Profile;
  readonly title: string;
  readonly result: Verdict["result"];
  readonly detail?: string;
  /**
   * The request that decided as a curl line, and its answer, without secrets; for a failure or a
   * warning. A case that judges what earlier ones got shows one of theirs.
   */
  readonly sent?: string;
  readonly received?: string;
  readonly why?: string;
  readonly repair?: string;
}

/** What came of the whole test. */
export interface ConformanceReport {
  readonly ok: boolean;
  readonly score: Readonly<Partial<Record<Profile, { passed: number; of: number }>>>;
  readonly cases: readonly CaseReport[];
}

const RUNS = { ...contract, ...authentication, ...recovery, ...hygiene };

/** Runs the cases of these profiles, one after the other: each begins with what the last one stored. */
export async function runCases(
  bench: Bench,
  profiles: readonly Profile[] = PROFILES,
  progress: (text: string) => void = () => {},
): Promise<ConformanceReport> {
  const cases: CaseReport[] = [];
  let lost: string | undefined;
  for (const text of CASES.filter(({ profile }) => profiles.includes(profile))) {
    progress(`${text.id} ${text.title}`);
    const before = bench.subject.exchanges.length;
    const verdict =
      lost === undefined
        ? await (RUNS[text.id]?.(bench) ?? failed("the case is not implemented"))
        : skipped(`after ${lost} no password is known that opens the account`);
    if (verdict.result === "failed" && !(await bench.repair())) lost = text.id;
    cases.push(reportOf(text, verdict, bench, bench.subject.exchanges.slice(before)));
  }
  return {
    ok: cases.every(({ result }) => result !== "failed"),
    score: Object.fromEntries(profiles.map((profile) => [profile, scoreOf(cases, profile)])),
    cases,
  };
}

function reportOf(
  { id, profile, title, why, repair }: CaseText,
  verdict: Verdict,
  { subject }: Bench,
  exchanges: readonly Exchange[],
): CaseReport {
  const { result } = verdict;
  if (result === "passed") return { id, profile, title, result };
  const base = { id, profile, title, result, detail: verdict.detail };
  if (result === "skipped") return base;
  const { decided } = verdict;
  const shown =
    subject.exchanges.find(({ received }) => received === decided) ??
    exchanges.at(-1) ??
    subject.exchanges.at(-1);
  return {
    ...base,
    ...(shown && {
      sent: subject.masked(curlOf(shown.sent, subject.url)),
      received: `${shown.received.status} ${shownBody(subject.masked(shown.received.body), 300)}`,
    }),
    why,
    repair,
  };
}

/** Skipped cases do not count; warnings count as passed. */
function scoreOf(cases: readonly CaseReport[], profile: Profile): { passed: number; of: number } {
  const counted = cases.filter((each) => each.profile === profile && each.result !== "skipped");
  return {
    passed: counted.filter(({ result }) => result !== "failed").length,
    of: counted.length,
  };
}

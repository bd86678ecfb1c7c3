import { pino } from "pino";
import { expect, test } from "vitest";
import { probeSystem } from "../../../../rotator/process/probe-system.ts";
import { rehearse } from "../../../../rotator/process/rehearse.ts";
import type { Change, Credential, Probe } from "../../../../rotator/systems/system.ts";
import { MemorySystem } from "../rotation/memory-system.ts";
import { KEYRING } from "../rotation/rotate.ts";

const log = pino({ level: "silent" });
const account = { username: "svc", password: "First-password-1!" };
const accounts = () => ({ [account.username]: account.password });

/** A system whose probe answers as a test wants, the right password first. */
class Answering extends MemorySystem {
  readonly answers: Probe[];
  constructor(answers: Probe[]) {
    super(accounts());
    this.answers = answers;
  }
  override async probe(credential: Credential): Promise<Probe> {
    await super.probe(credential);
    return this.answers[this.calls.length - 1] ?? { result: "unknown", reason: "none" };
  }
}

test("a right and a wrong login tell that a probe can be relied on, and change nothing", async () => {
  const system = new MemorySystem(accounts());
  expect(await probeSystem(system, account, log)).toEqual({
    ok: true,
    right: { result: "valid" },
    wrong: { result: "invalid" },
    findings: [],
  });
  expect(system.calls).toEqual(["probe", "probe"]);
  expect(system.accounts.get("svc")).toBe(account.password);
});

test.each<[string, Probe[], RegExp, number]>([
  ["a wrong given password", [{ result: "invalid" }], /the given password is refused/, 1],
  ["an outage", [{ result: "unknown", reason: "timeout" }], /does not say .* \(timeout\)/, 1],
  [
    "a system that takes every password",
    [{ result: "valid" }, { result: "valid" }],
    /a wrong password is taken too/,
    2,
  ],
  [
    "a probe that cannot say invalid",
    [{ result: "valid" }, { result: "unknown", reason: "unexpected_status_400", status: 400 }],
    /not told apart from an outage \(unexpected_status_400, status 400\)/,
    2,
  ],
  [
    "an account that a person must see to",
    [{ result: "valid", account: "must_change" }, { result: "invalid" }],
    /the account cannot be used: must_change/,
    2,
  ],
])("%s is a finding", async (_, answers, finding, logins) => {
  const system = new Answering(answers);
  const { ok, findings } = await probeSystem(system, account, log);
  expect({ ok, logins: system.calls.length }).toEqual({ ok: false, logins });
  expect(findings).toEqual([expect.stringMatching(finding)]);
});

const play = (system: MemorySystem) =>
  rehearse({
    system: { system },
    account,
    keyring: KEYRING,
    log,
    onAct: () => {},
    onSecret: () => {},
  });

test("a rehearsal goes every way, and leaves the account as it was", async () => {
  const system = new MemorySystem(accounts());
  const { acts, now } = await play(system);
  expect(acts.map(({ name, ok, outcome }) => `${ok} ${name}: ${outcome}`)).toEqual([
    "true change and verify: rotated",
    "true a rotation whose answer is lost: rotated",
    "true the next call finds it: replayed",
    "true the same request twice at once: rotated",
    "true back to the first password: changed",
  ]);
  expect(now).toEqual(account);
  expect(system.accounts.get("svc")).toBe(account.password);
});

test("a product that refuses the way back, or the change itself, is told", async () => {
  class Remembering extends MemorySystem {
    override async change(current: Credential, next: Credential): Promise<Change> {
      if (next.password === account.password) return { result: "rejected", reason: "reused" };
      return super.change(current, next);
    }
  }
  const remembering = new Remembering(accounts());
  const { acts, now } = await play(remembering);
  expect(acts.at(-1)).toMatchObject({ ok: false, outcome: "rejected: reused" });
  expect(now?.password).toBe(remembering.accounts.get("svc"));

  const strict = new MemorySystem(accounts());
  strict.rejects = () => true;
  const refused = await play(strict);
  expect(refused).toMatchObject({ acts: [{ ok: false }], now: undefined });
  expect(strict.accounts.get("svc")).toBe(account.password);
});

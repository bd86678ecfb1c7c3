import { describe, expect, test } from "vitest";
import { Keyring } from "../../../../rotator/rotation/keyring.ts";
import type { Change, Credential, Probe } from "../../../../rotator/systems/system.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";
import { AdministeredSystem, MemorySystem } from "./memory-system.ts";
import { callsUntilAnswered, jumpingClock, rotatorFor } from "./rotate.ts";

const FIRST = { system: "app", username: "svc", password: "first-password" };
const ACCOUNT = { svc: "first-password" };

/** What the rotation did, step by step. */
function outcomes(steps: readonly { step: string; outcome: string }[]): string[] {
  return steps
    .filter(({ step }) => step !== "parse" && step !== "lock")
    .map(({ step, outcome }) => `${step} ${outcome}`);
}

describe("a probe that says neither", () => {
  test("changes nothing", async () => {
    class Unclear extends MemorySystem {
      override async probe(): Promise<Probe> {
        return { result: "unknown", reason: "locked" };
      }
    }
    const system = new Unclear(ACCOUNT);
    const rotator = rotatorFor(system);
    await expect(rotator.rotate(FIRST)).rejects.toMatchObject({
      code: "system_unavailable",
    });
    expect(system.calls).not.toContain("change");
    expect(rotator.steps.find(({ step }) => step === "probe")).toMatchObject({
      outcome: "unknown",
      detail: "current: locked",
    });
  });

  test("of a login that was refused lets the next call begin with the candidate, in a process that knows nothing", async () => {
    class Doubtful extends MemorySystem {
      override async probe(credential: Credential): Promise<Probe> {
        const probe = await super.probe(credential);
        return probe.result === "valid"
          ? probe
          : { result: "unknown", reason: "doubt", refused: true };
      }
    }
    const system = new Doubtful(ACCOUNT);
    const lost = await rotatorFor(system).rotate(FIRST);
    const { rotate } = rotatorFor(system);
    await expect(rotate(FIRST)).rejects.toThrow();
    const again = await rotate(FIRST);
    expect(again.outcome).toBe("replayed");
    expect(JSON.parse(again.payload).password).toBe(JSON.parse(lost.payload).password);
  });

  test("of a locked account does not, so that the stored password costs no failed login afterwards", async () => {
    class Locked extends MemorySystem {
      locked = true;
      override async probe(credential: Credential): Promise<Probe> {
        if (!this.locked) return super.probe(credential);
        return { result: "unknown", reason: "locked", account: "locked", refused: true };
      }
    }
    const system = new Locked(ACCOUNT);
    const { rotate } = rotatorFor(system);
    await expect(rotate(FIRST)).rejects.toMatchObject({ code: "account_blocked" });
    system.locked = false;
    expect((await rotate(FIRST)).outcome).toBe("rotated");
    expect(system.failedLogins).toBe(0);
  });

  test("of a later password changes nothing either", async () => {
    class UnclearLater extends MemorySystem {
      override async probe({ password }: Credential): Promise<Probe> {
        if (password === "first-password") return { result: "invalid" };
        return { result: "unknown", reason: "timeout" };
      }
    }
    const system = new UnclearLater({ svc: "set-by-somebody" });
    await expect(rotatorFor(system).rotate(FIRST)).rejects.toThrow();
    expect(system.calls).not.toContain("change");
  });

  test("an exception counts as unknown", async () => {
    class Broken extends MemorySystem {
      override async probe(): Promise<Probe> {
        throw new Error("connection reset");
      }
    }
    const rejection = rotatorFor(new Broken(ACCOUNT)).rotate(FIRST);
    await expect(rejection).rejects.toMatchObject({ code: "system_unavailable" });
  });
});

describe("a system that does not keep to its interface", () => {
  test.each([undefined, {}, { result: "VALID" }])("probe: %j counts as unknown", async (value) => {
    class Sloppy extends MemorySystem {
      override probe = async () => value as Probe;
    }
    const rejection = rotatorFor(new Sloppy(ACCOUNT)).rotate(FIRST, { reconcile: true });
    await expect(rejection).rejects.toMatchObject({ code: "system_unavailable" });
  });

  test.each([undefined, { result: "ok" }])("change: %j counts as ambiguous", async (value) => {
    class Sloppy extends MemorySystem {
      override async change(current: Credential, next: Credential): Promise<Change> {
        await super.change(current, next);
        return value as Change;
      }
    }
    expect(await rotatorFor(new Sloppy(ACCOUNT)).rotate(FIRST)).toMatchObject({
      outcome: "rotated",
    });
  });
});

describe("a change of which nobody hears", () => {
  /** Changes, or not, and then loses the connection. */
  class Unheard extends MemorySystem {
    happens = true;
    override async change(current: Credential, next: Credential): Promise<Change> {
      this.calls.push("change");
      if (this.happens) await this.set({ ...current, ...next });
      throw new Error("connection reset");
    }
  }

  test("is looked for, and answered when it happened", async () => {
    const system = new Unheard(ACCOUNT);
    const answer = await rotatorFor(system).rotate(FIRST);
    expect(JSON.parse(answer.payload).password).toBe(system.accounts.get("svc"));
    expect(system.calls).toEqual(["probe", "change", "probe"]);
  });

  test("is never repeated blindly, and ends definitely when it did not happen", async () => {
    const system = new Unheard(ACCOUNT);
    system.happens = false;
    const rotator = rotatorFor(system);
    await expect(rotator.rotate(FIRST)).rejects.toMatchObject({ code: "change_unconfirmed" });
    expect(system.calls.filter((call) => call === "change")).toHaveLength(1);
    expect(outcomes(rotator.steps)).toEqual([
      "probe valid",
      "change ambiguous",
      "verify invalid",
      "probe valid",
      "verify invalid",
      "probe valid",
      "answer change_unconfirmed",
    ]);
    // Otherwise the next call could be the one that locks the account.
    expect([system.failedInARow, system.worstRow]).toEqual([0, 1]);
    system.happens = true;
    expect(await rotator.rotate(FIRST)).toMatchObject({ outcome: "rotated" });
  });
});

describe("a new password that takes its time", () => {
  test("is waited for with growing pauses", async () => {
    class Slow extends MemorySystem {
      left = 2;
      override async probe(credential: Credential): Promise<Probe> {
        const stale = credential.password !== "first-password" && this.left > 0;
        if (stale) this.left -= 1;
        return stale ? { result: "invalid" } : super.probe(credential);
      }
    }
    const { rotate, steps } = rotatorFor(new Slow(ACCOUNT));
    expect(await rotate(FIRST)).toMatchObject({ outcome: "rotated" });
    expect(outcomes(steps).filter((step) => step.startsWith("verify"))).toHaveLength(3);
  });

  test("is never answered unproved; the next call finds it", async () => {
    class Later extends MemorySystem {
      open = false;
      override async probe(credential: Credential): Promise<Probe> {
        if (credential.password === "first-password" || this.open) return super.probe(credential);
        return { result: "invalid" };
      }
    }
    const system = new Later(ACCOUNT);
    const { rotate } = rotatorFor(system);
    await expect(rotate(FIRST)).rejects.toMatchObject({ code: "verify_failed" });
    system.open = true;
    expect(await rotate(FIRST)).toMatchObject({ outcome: "replayed" });
  });
});

describe("a policy of the system's own", () => {
  test("is answered with the next attempt, which is found again when that answer is lost", async () => {
    const system = new MemorySystem(ACCOUNT);
    let rejections = 0;
    system.rejects = () => {
      rejections += 1;
      return rejections <= 2;
    };
    const limits = { maxFailedLogins: 8 };
    const { rotate, steps } = rotatorFor(system, { limits });
    const lost = await rotate(FIRST);
    expect(outcomes(steps).filter((step) => step.startsWith("change"))).toEqual([
      "change rejected",
      "change rejected",
      "change changed",
    ]);
    expect(await rotate(FIRST)).toEqual({ ...lost, outcome: "replayed" });
  });

  test("that rejects everything leaves the current password as it is", async () => {
    const system = new MemorySystem(ACCOUNT);
    system.rejects = () => true;
    await expect(rotatorFor(system).rotate(FIRST)).rejects.toMatchObject({
      code: "policy_rejected",
    });
    expect(system.accounts.get("svc")).toBe("first-password");
    expect(system.calls.filter((call) => call === "change")).toHaveLength(3);
  });

  test("that rejects the password that another replica has just set is not a rejection", async () => {
    class Overtaken extends MemorySystem {
      override async change(_: Credential, next: Credential): Promise<Change> {
        await this.set(next);
        return { result: "rejected", reason: "history" };
      }
    }
    const system = new Overtaken(ACCOUNT);
    const { payload } = await rotatorFor(system).rotate(FIRST);
    expect(JSON.parse(payload).password).toBe(system.accounts.get("svc"));
  });
});

describe("an authority that is refused", () => {
  test("leads to one more look, and finds what another replica set", async () => {
    class Overtaken extends MemorySystem {
      override async change(current: Credential, next: Credential): Promise<Change> {
        this.accounts.set(next.username, next.password);
        return super.change(current, next);
      }
    }
    expect(await rotatorFor(new Overtaken(ACCOUNT)).rotate(FIRST)).toMatchObject({
      outcome: "replayed",
    });
  });

  test("that the admin was to make leaves the account out of sync, and says why", async () => {
    class Refusing extends AdministeredSystem {
      override async reconcile(): Promise<Change> {
        return { result: "refused", reason: "login_refused" };
      }
    }
    const system = new Refusing(ACCOUNT);
    const { rotate } = rotatorFor(system, { limits: { maxFailedLogins: 20 } });
    const { payload } = await rotate(FIRST);
    system.accounts.set("svc", "set-by-somebody");
    await expect(rotate(payload, { reconcile: true })).rejects.toMatchObject({
      code: "out_of_sync",
      message: expect.stringMatching(
        /refused to reset it with the admin credential \(login_refused\)\. (\d+) of \1 passwords were tried; .* in 15 minutes/,
      ),
    });
  });

  test("and refused again ends definitely", async () => {
    class Forbidding extends MemorySystem {
      override async change(): Promise<Change> {
        this.calls.push("change");
        return { result: "refused", reason: "forbidden" };
      }
    }
    const system = new Forbidding(ACCOUNT);
    await expect(rotatorFor(system).rotate(FIRST)).rejects.toMatchObject({
      code: "change_refused",
    });
    expect(system.calls.filter((call) => call === "change")).toHaveLength(2);
  });
});

describe("failed logins", () => {
  test("end as soon as the system says that the account is locked", async () => {
    class Locking extends MemorySystem {
      override async change(current: Credential, next: Credential): Promise<Change> {
        await super.change(current, next);
        return { result: "ambiguous", reason: "timeout" };
      }
      override async probe(credential: Credential): Promise<Probe> {
        if (!this.calls.includes("change")) return super.probe(credential);
        this.calls.push("probe");
        return { result: "unknown", reason: "account_locked" };
      }
    }
    const system = new Locking(ACCOUNT);
    await expect(rotatorFor(system).rotate(FIRST)).rejects.toMatchObject({
      code: "change_unconfirmed",
    });
    const after = system.calls.slice(system.calls.indexOf("change") + 1);
    expect(after).toEqual(["probe"]);
  });

  test.each([2, 3, 4, 5, 8, 20])("stay within %i in a row", async (maxFailedLogins) => {
    for (const reconcile of [false, true]) {
      const system = new AdministeredSystem({ svc: "first-password" });
      const { rotate, rest } = rotatorFor(system, { limits: { maxFailedLogins } });
      const { payload } = await rotate(FIRST);
      system.accounts.set("svc", "set-by-somebody");
      const { answer } = await callsUntilAnswered(() => rotate(payload, { reconcile }), rest);
      expect(answer?.outcome).toBe(reconcile ? "reconciled" : undefined);
      expect(system.worstRow).toBeGreaterThan(0);
      expect(system.worstRow).toBeLessThanOrEqual(maxFailedLogins);
    }
  });

  test("repeated calls reach every place although each call is limited", async () => {
    const system = new MemorySystem(ACCOUNT);
    const limits = { maxFailedLogins: 3, failedLoginWindowMs: 0 };
    const { rotate } = rotatorFor(system, { limits });
    const { payload } = await rotate(FIRST);
    system.accounts.set("svc", "first-password");
    const tries: unknown[] = [];
    // Each call draws one of five places; 200 misses in a row are out of the question.
    while (tries.length < 200 && tries.at(-1) !== "restored")
      tries.push(await rotate(payload).then(({ outcome }) => outcome, String));
    expect(tries.at(-1)).toBe("restored");
  });

  test("repeated calls reach the candidates of every key, however many there are", async () => {
    const keys = ["k3", "k2", "k1", "k0"].map((id, index) => ({
      id,
      material: Buffer.alloc(32, index + 1),
    }));
    const [, , k1] = keys;
    if (!k1) throw new Error("no key");
    const system = new MemorySystem(ACCOUNT);
    // The answer is lost, and two newer keys come before the next call.
    await rotatorFor(system, { keyring: new Keyring([k1]) }).rotate(FIRST);
    const { rotate } = rotatorFor(system, {
      keyring: new Keyring(keys),
      limits: { failedLoginWindowMs: 0 },
    });
    const tries: unknown[] = [];
    while (tries.length < 400 && tries.at(-1) !== "replayed")
      tries.push(await rotate(FIRST).then(({ outcome }) => outcome, String));
    expect(tries.at(-1)).toBe("replayed");
  });

  test("two replicas that set different passwords while a key is replaced are told apart", async () => {
    class Unfenced extends MemorySystem {
      override change = async (_: Credential, next: Credential) => this.set(next);
    }
    const [k1, k2] = [1, 2].map((n) => ({ id: `k${n}`, material: Buffer.alloc(32, n) }));
    if (!k1 || !k2) throw new Error("no key");
    const system = new Unfenced(ACCOUNT);
    const limits = { maxFailedLogins: 20 };
    const old = rotatorFor(system, { keyring: new Keyring([k1, k2]), limits });
    const young = rotatorFor(system, { keyring: new Keyring([k2, k1]), limits });
    const stored = await old.rotate(FIRST);
    // Its probe came before the other one's change, its change after it; its answer is lost.
    system.accounts.set("svc", "first-password");
    await young.rotate(FIRST);
    const found = await old.rotate(stored.payload);
    expect(found).toMatchObject({ outcome: "replayed", generation: 1 });
    expect(await young.rotate(found.payload)).toMatchObject({ outcome: "rotated", generation: 2 });
  });

  test("are never more than the limit, whatever calls follow, until the system forgets them", async () => {
    const clock = new VirtualClock(0);
    const system = new MemorySystem({ svc: "set-by-somebody" });
    const { rotate } = rotatorFor(system, { clock });
    await expect(rotate(FIRST)).rejects.toThrow("No password that the rotator knows");
    // The last one is kept for a payload that has not been tried.
    expect(system.failedLogins).toBe(3);
    await expect(rotate(FIRST)).rejects.toThrow("The rotator waits another");
    await expect(rotate({ ...FIRST, password: "other" })).rejects.toThrow(
      /1 of 8 were tried\. The next search comes in 15 minutes/,
    );
    expect(system.failedLogins).toBe(4);
    for (const payload of [FIRST, FIRST, { ...FIRST, password: "third" }]) {
      await clock.advance(60_000);
      await expect(rotate(payload)).rejects.toThrow("The rotator waits another");
    }
    expect(system.failedLogins).toBe(4);
    await clock.advance(900_000);
    await expect(rotate(FIRST)).rejects.toThrow("No password that the rotator knows");
    expect(system.failedLogins).toBe(8);
  });

  test.each([
    [4, 8],
    [2, 4],
  ])("are counted by each process for itself: with a limit of %i, two replicas or two starts make %i", async (maxFailedLogins, most) => {
    const system = new MemorySystem({ svc: "set-by-somebody" });
    const clock = new VirtualClock(0);
    for (let process = 0; process < 2; process += 1) {
      const { rotate } = rotatorFor(system, { clock, limits: { maxFailedLogins } });
      for (const password of ["first", "second", "third", "fourth"])
        await expect(rotate({ ...FIRST, password })).rejects.toMatchObject({ code: "out_of_sync" });
    }
    expect(system.worstRow).toBe(most);
  });

  test("that while does not last on where the machine's clock is set back", async () => {
    const clock = new VirtualClock(0);
    const { rotate } = rotatorFor(new MemorySystem({ svc: "set-by-somebody" }), { clock });
    await expect(rotate(FIRST)).rejects.toThrow("No password that the rotator knows");
    clock.set(-36_000_000);
    await expect(rotate(FIRST)).rejects.toThrow("The rotator waits another");
    await clock.advance(900_000);
    await expect(rotate(FIRST)).rejects.toThrow("No password that the rotator knows");
  });

  test("of logins that ended without a word count too", async () => {
    class Silent extends MemorySystem {
      override async probe(credential: Credential): Promise<Probe> {
        await super.probe(credential);
        return { result: "unknown", reason: "unexpected_status_400" };
      }
    }
    const system = new Silent({ svc: "set-by-somebody" });
    const { rotate } = rotatorFor(system);
    for (let call = 0; call < 6; call += 1)
      await expect(rotate(FIRST)).rejects.toMatchObject({ code: "system_unavailable" });
    expect(system.failedLogins).toBe(4);
  });

  test("are none where nothing was sent", async () => {
    const system = new MemorySystem(ACCOUNT);
    system.probe = async () => ({ result: "unknown", reason: "connection_refused", sent: false });
    const { rotate } = rotatorFor(system);
    for (let call = 0; call < 9; call += 1)
      await expect(rotate(FIRST)).rejects.toThrow("(connection_refused)");
  });

  test("keep their distance, within a call and from call to call", async () => {
    const clock = jumpingClock();
    const at: number[] = [];
    class Timed extends MemorySystem {
      override async probe(credential: Credential): Promise<Probe> {
        at.push(clock.monotonic());
        return super.probe(credential);
      }
    }
    const system = new Timed({ svc: "set-by-somebody" });
    const limits = { failedLoginSpacingMs: 1_100, failedLoginWindowMs: 0 };
    const { rotate } = rotatorFor(system, { clock, limits });
    for (let call = 0; call < 2; call += 1) await expect(rotate(FIRST)).rejects.toThrow();
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(5);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_100);
  });
});

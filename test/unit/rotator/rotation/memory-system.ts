import type { Change, Credential, Probe, System } from "../../../../rotator/systems/system.ts";

/** Accounts in memory, with the verbs of a system whose users change their own password. */
export class MemorySystem implements System {
  readonly accounts: Map<string, string>;
  /** Names of the verbs called, in order. */
  readonly calls: string[] = [];
  failedLogins = 0;
  /** Failed logins in a row, now and at worst. */
  failedInARow = 0;
  worstRow = 0;
  /** Passwords that the system's own policy rejects. */
  rejects: (password: string) => boolean = () => false;

  constructor(accounts: Record<string, string>) {
    this.accounts = new Map(Object.entries(accounts));
  }

  async probe({ username, password }: Credential): Promise<Probe> {
    this.calls.push("probe");
    const valid = this.accounts.get(username) === password;
    this.failedInARow = valid ? 0 : this.failedInARow + 1;
    this.worstRow = Math.max(this.worstRow, this.failedInARow);
    if (valid) return { result: "valid" };
    this.failedLogins += 1;
    return { result: "invalid" };
  }

  async change(current: Credential, next: Credential): Promise<Change> {
    this.calls.push("change");
    if (this.accounts.get(current.username) !== current.password)
      return { result: "refused", reason: "wrong_password" };
    return this.set(next);
  }

  protected async set(next: Credential): Promise<Change> {
    if (this.rejects(next.password)) return { result: "rejected", reason: "policy" };
    this.accounts.set(next.username, next.password);
    return { result: "changed" };
  }
}

/** The same with an admin credential. */
export class AdministeredSystem extends MemorySystem {
  async reconcile(next: Credential): Promise<Change> {
    this.calls.push("reconcile");
    return this.set(next);
  }
}

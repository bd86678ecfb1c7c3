import type { Clock } from "../../../common/clock.ts";
import type { StoredItem, Version } from "./model.ts";

/** Whether what a payload holds opens the account; undefined where nobody can say. */
export type LoginOracle = (payload: string) => Promise<boolean | undefined>;

/** What was found out about one version at one moment (milliseconds since the epoch). */
export interface LoginRecord {
  readonly version: number;
  readonly at: number;
  readonly opens: boolean | undefined;
}

/** So many answers are remembered for an item. */
const REMEMBERED = 500;

/** Who could log in when, as far as an oracle says it: the gateway itself never calls a system. */
export class Logins {
  readonly #records = new WeakMap<StoredItem, LoginRecord[]>();
  readonly #oracle: LoginOracle | undefined;
  readonly #clock: Clock;

  constructor(oracle: LoginOracle | undefined, clock: Clock) {
    this.#oracle = oracle;
    this.#clock = clock;
  }

  /** Whether there is anybody to ask. */
  get asks(): boolean {
    return this.#oracle !== undefined;
  }

  /** Oldest first. */
  of(item: StoredItem): readonly LoginRecord[] {
    return this.#records.get(item) ?? [];
  }

  /**
   * Asks about the current version and the one before it, and says what was found in one sentence;
   * undefined without an oracle. Each question is a login at the system, and a wrong one counts there.
   */
  async askAfterRotation(item: StoredItem): Promise<string | undefined> {
    if (!this.#oracle) return undefined;
    const records = await this.ask(item, item.versions.slice(-2));
    return `login: ${records.toReversed().map(sentenceOf).join(", ")}`;
  }

  /** Asks about these versions. */
  async ask(item: StoredItem, versions: readonly Version[]): Promise<readonly LoginRecord[]> {
    const oracle = this.#oracle;
    if (!oracle) return [];
    const records: LoginRecord[] = [];
    for (const { version, payload } of versions) {
      // An oracle that fails has nothing to say; its own error may show the payload.
      const opens = await oracle(payload).catch(() => undefined);
      records.push({ version, at: this.#clock.now(), opens });
    }
    const all = [...this.of(item), ...records].slice(-REMEMBERED);
    this.#records.set(item, all);
    return records;
  }
}

function sentenceOf({ version, opens }: LoginRecord): string {
  if (opens === undefined) return `version ${version} unknown`;
  return `version ${version} ${opens ? "accepted" : "refused"}`;
}

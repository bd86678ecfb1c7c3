/**
 * Faults that can be injected, by the same names on every leg:
 *
 *     client ──(api)── gateway ──(rotation)── rotator ──(login, change)── reporting application
 *                        └─(store)               └──(validation)── validate-producer-credentials
 *
 * A name says what the *caller* on that leg experiences; before and after refer to the moment at
 * which the receiver commits.
 */
export const faults = {
  "error-before": "answers 5xx; nothing was done",
  "error-after": "does the work, then answers 5xx",
  "reset-before":
    "cuts the connection; nothing was done (on the rotation leg: the request is lost)",
  "reset-after": "does the work, then cuts the connection (the answer is lost)",
  slow: "waits `milliseconds` before it does the work",
  late: "answers in time but commits `milliseconds` later (on the rotation leg: the answer comes after the time limit)",
  "hang-up": "the caller gives up `milliseconds` after it sent the request",
  duplicate: "the request arrives twice at once; the first answer counts",
  replay: "the request arrives once more after its answer was stored; the second answer is dropped",
  overlap: "accepts the old and the new password for `milliseconds`",
  "reject-policy": "refuses the new password by its own policy",
  "reject-reuse": "refuses the new password as used before",
  "read-only": "refuses every change, as during maintenance (503)",
  locked: "says that the account is locked, whatever the password",
  "keep-old": "loses the answer of a successful rotation: the stored payload stays the old one",
  "restore-previous": "stores the answer, then puts the version before it back as a new version",
  redirect: "answers 302 to another address",
  "wrong-access-id": "answers 200 with an access id that nobody asked for",
  "huge-body": "answers 200 with several megabytes",
} as const;

/** The name of a fault. */
export type FaultName = keyof typeof faults;

/** The steps at which a fault can strike. */
export type FaultPoint = "api" | "rotation" | "store" | "validation" | "login" | "change";

/** How often and how long a fault strikes. */
export interface FaultOptions {
  /** Where it strikes. Default: the first point of this server that knows the fault. */
  readonly at?: FaultPoint;
  /** How many requests it strikes; `Infinity` until cleared. Default 1. */
  readonly times?: number;
  /** Duration for the faults that have one. Default 1000. */
  readonly milliseconds?: number;
  /** Strikes only requests to this path, where the point has several. Default: all. */
  readonly path?: string;
}

/** A fault that strikes now. */
export interface Fault {
  readonly name: FaultName;
  readonly milliseconds: number;
}

/** Which faults a server can produce at which of its points. */
export type FaultTable = Partial<Record<FaultPoint, readonly FaultName[]>>;

interface Injected extends Fault {
  readonly at: FaultPoint;
  readonly path: string | undefined;
  left: number;
}

/** The faults that are waiting to strike one server of the harness. */
export class FaultBoard {
  readonly #table: FaultTable;
  #injected: Injected[] = [];

  constructor(table: FaultTable) {
    this.#table = table;
  }

  /** Lets `name` strike the next requests. Throws a RangeError for a fault this server lacks. */
  inject(name: FaultName, options: FaultOptions = {}): void {
    const { at, times = 1, milliseconds = 1000, path } = options;
    const points = Object.entries(this.#table) as [FaultPoint, readonly FaultName[]][];
    const fitting = points.filter(([, names]) => names.includes(name)).map(([point]) => point);
    const point = at ?? fitting[0];
    if (!point || !fitting.includes(point)) {
      const known = points.map(([where, names]) => `${where}: ${names.join(", ")}`).join("; ");
      const where = at === undefined ? "" : ` at "${at}"`;
      throw new RangeError(`fault "${name}" cannot be injected${where}; possible here: ${known}`);
    }
    this.#injected.push({ name, at: point, left: times, milliseconds, path });
  }

  /** Takes back every fault that has not struck yet. */
  clear(): void {
    this.#injected = [];
  }

  /** The faults that are waiting, for display. */
  pending(): readonly { name: FaultName; at: FaultPoint; left: number }[] {
    return this.#injected.map(({ name, at, left }) => ({ name, at, left }));
  }

  /** The fault that strikes this request (to `path`) at `point`, in order of injection, if any. */
  take(point: FaultPoint, path?: string): Fault | undefined {
    const fault = this.#injected.find(
      (injected) => injected.at === point && (injected.path ?? path) === path,
    );
    if (!fault) return undefined;
    fault.left -= 1;
    if (fault.left <= 0) this.#injected = this.#injected.filter((other) => other !== fault);
    return { name: fault.name, milliseconds: fault.milliseconds };
  }
}

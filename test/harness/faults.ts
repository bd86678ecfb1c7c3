import { defined } from "../../common/defined.ts";
import { itemPath } from "../../common/item-path.ts";
import { createRandom, type Random } from "./gateway/random.ts";

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
  "cut-body": "the connection is cut in the middle of the request's body; nothing was done",
  duplicate: "the request arrives twice at once; the first answer counts",
  replay: "the request arrives again after its answer was stored; the second answer is dropped",
  overlap: "accepts the old and the new password for `milliseconds`",
  "reject-policy": "refuses the new password by its own policy",
  "reject-reuse": "refuses the new password as used before",
  "read-only": "refuses every change, as during maintenance (503)",
  locked: "says that the account is locked, for any password",
  "keep-old": "loses the answer of a successful rotation: the stored payload stays the old one",
  "restore-previous": "stores the answer, then puts the version before it back as a new version",
  redirect: "answers 302 to another address",
  "wrong-access-id": "answers 200 with another access id",
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
  /** How many such requests pass before it strikes. Default 0. */
  readonly skip?: number;
  /** Duration for the faults that have one. Default 1000. */
  readonly milliseconds?: number;
  /** Strikes only requests to this path, where the point has several. Default: all. */
  readonly path?: string;
  /** Strikes only what is done with this item. Default: with any. */
  readonly item?: string;
  /**
   * How likely it strikes each request, 0 to 1. Default 1. With less than 1 it strikes until it is
   * cleared, unless `times` says otherwise.
   */
  readonly probability?: number;
  /** Makes `probability` fall the same way every time. Default: another way every time. */
  readonly seed?: string | number;
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
  readonly item: string | undefined;
  readonly probability: number;
  readonly random: Random;
  skip: number;
  left: number;
}

/** What a request is about. */
export interface FaultSubject {
  readonly path?: string | undefined;
  readonly item?: string | undefined;
}

/** A fault that waits, for display. */
export interface PendingFault {
  readonly name: FaultName;
  readonly at: FaultPoint;
  /** How many requests it still strikes; `Infinity` until cleared. */
  readonly left: number;
  readonly item?: string;
  readonly probability?: number;
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
    const { at, milliseconds = 1000, path, item, probability = 1, skip = 0 } = options;
    if (!(probability > 0 && probability <= 1))
      throw new RangeError(
        `fault "${name}": probability ${probability} is not above 0 and up to 1`,
      );
    const times = options.times ?? (probability < 1 ? Number.POSITIVE_INFINITY : 1);
    const points = Object.entries(this.#table) as [FaultPoint, readonly FaultName[]][];
    const fitting = points.filter(([, names]) => names.includes(name)).map(([point]) => point);
    const point = at ?? fitting[0];
    if (!point || !fitting.includes(point)) {
      const known = points.map(([where, names]) => `${where}: ${names.join(", ")}`).join("; ");
      const where = at === undefined ? "" : ` at "${at}"`;
      throw new RangeError(`fault "${name}" cannot be injected${where}; possible here: ${known}`);
    }
    this.#injected.push({
      name,
      at: point,
      left: times,
      skip,
      milliseconds,
      path,
      item: item && itemPath(item),
      probability,
      random: createRandom(options.seed),
    });
  }

  /** Takes back every fault that has not struck yet. */
  clear(): void {
    this.#injected = [];
  }

  /** The faults that are waiting, for display. */
  pending(): readonly PendingFault[] {
    return this.#injected.map(({ name, at, left, item, probability }) => ({
      name,
      at,
      left,
      ...defined({ item, probability: probability < 1 ? probability : undefined }),
    }));
  }

  /** The fault that strikes this request at `point`, in order of injection, if any. */
  take(point: FaultPoint, { path, item }: FaultSubject = {}): Fault | undefined {
    const fault = this.#injected.find(
      (injected) =>
        injected.at === point &&
        (injected.path ?? path) === path &&
        (injected.item === undefined || (item && itemPath(item)) === injected.item) &&
        isDue(injected),
    );
    if (!fault) return undefined;
    fault.left -= 1;
    if (fault.left <= 0) this.#injected = this.#injected.filter((other) => other !== fault);
    return { name: fault.name, milliseconds: fault.milliseconds };
  }
}

/** Whether a fault strikes the request that it fits, or lets it pass. */
function isDue(injected: Injected): boolean {
  if (injected.skip > 0) {
    injected.skip -= 1;
    return false;
  }
  return injected.probability === 1 || injected.random.number() < injected.probability;
}

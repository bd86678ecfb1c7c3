/** What the console is told. Only types: the page and the server share them. Moments are milliseconds since the epoch. */

/** A stored version, without its payload. */
export interface VersionView {
  readonly version: number;
  readonly createdAt: number;
  /** The access id that wrote it. */
  readonly by: string;
}

/** Somebody asked whether a version opens the account. */
export interface LoginView {
  readonly version: number;
  readonly at: number;
  /** null: nobody could say. */
  readonly opens: boolean | null;
}

/** Secure Remote Access (SRA) of a secret. */
export interface RemoteAccessView {
  readonly enabled: boolean;
  readonly hosts: readonly string[];
  readonly url: string;
  readonly web: boolean;
  /** `at once`, `5 minutes`; null: it does not rotate. */
  readonly rotateAfterDisconnect: string | null;
  readonly lockDuringSession: boolean;
}

/** A custom rotated secret, without its values. */
export interface ItemView {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly target: string | null;
  readonly url: string | null;
  readonly status: string;
  readonly lastError: string | null;
  readonly enabled: boolean;
  readonly deleteProtection: boolean;
  readonly tags: readonly string[];
  /** `every 30 days at 2:00 UTC`; null: it does not rotate by itself. */
  readonly schedule: string | null;
  readonly nextRotation: number | null;
  readonly lastRotation: number | null;
  readonly remoteAccess: RemoteAccessView;
  readonly versions: readonly VersionView[];
  readonly logins: readonly LoginView[];
}

/** A Web Target. */
export interface TargetView {
  readonly name: string;
  readonly url: string;
  readonly version: number;
}

/** A Secure Remote Access session, open or ended. */
export interface SessionView {
  readonly id: string;
  readonly item: number;
  readonly user: string;
  readonly openedAt: number;
  readonly closedAt: number | null;
}

/** A step of a rotation. */
export interface StepView {
  readonly leg: "gateway" | "validation" | "rotator" | "system";
  readonly what: string;
  readonly after: number;
}

/** A rotation as it went. */
export interface RotationView {
  readonly number: number;
  readonly item: string;
  readonly trigger: string;
  readonly at: number;
  readonly steps: readonly StepView[];
  readonly outcome: "running" | "succeeded" | "failed";
  readonly took?: number;
  readonly version?: number;
  readonly error?: string;
  readonly fault?: string;
}

/** A fault that waits; `left` is null where it strikes until it is taken back. */
export interface WaitingFaultView {
  readonly name: string;
  readonly at: string;
  readonly left: number | null;
  readonly item?: string;
  readonly probability?: number;
}

/** A fault that can be switched on. */
export interface FaultView {
  readonly at: string;
  readonly name: string;
  readonly what: string;
}

/** What is small enough to be told whole, whenever it changed. */
export interface LiveView {
  /** `speed` 0: it stands still. */
  readonly clock: { readonly now: number; readonly speed: number };
  readonly targets: readonly TargetView[];
  readonly sessions: readonly SessionView[];
  readonly waiting: readonly WaitingFaultView[];
}

/** Everything, told first and whenever the account was put in the place of another. */
export interface SnapshotView extends LiveView {
  readonly items: readonly ItemView[];
  /** Oldest first. */
  readonly rotations: readonly RotationView[];
  readonly faults: readonly FaultView[];
  /** Whether the gateway can ask the system which password opens the account. */
  readonly asksLogins: boolean;
}

/** What changed since the last event. */
export interface ChangeView extends Partial<LiveView> {
  readonly items?: readonly ItemView[];
  /** Ids of items that are gone. */
  readonly removed?: readonly number[];
  readonly rotations?: readonly RotationView[];
}

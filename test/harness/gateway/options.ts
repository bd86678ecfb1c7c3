import type { Clock } from "../../../common/clock.ts";
import type { KeyPair } from "../key-pair.ts";
import { VirtualClock } from "../virtual-clock.ts";

/** Who may call the API, and what for. */
export interface ApiUser {
  readonly accessId: string;
  readonly accessKey: string;
  /** Paths (with everything below) that this user may touch. Default: everything. */
  readonly paths?: readonly string[];
  /** What this user may do there. Default: everything. */
  readonly capabilities?: readonly Capability[];
}

/** The capabilities of Akeyless's role rules that the emulator knows. */
export type Capability = "create" | "read" | "update" | "delete" | "list";

/**
 * How to start the gateway. Every behaviour of the real product that is not known for certain is an
 * option here; docs/reference/emulator.md says which source each default follows.
 */
export interface GatewayOptions {
  /** Also serves HTTPS with this certificate. */
  readonly certificate?: KeyPair;
  /** Port of the HTTP listener. Default: any free port. */
  readonly port?: number;
  /** Port of the HTTPS listener. Default: any free port. */
  readonly tlsPort?: number;
  /** PEM of an authority that the gateway trusts, besides the public ones, when it calls rotators. */
  readonly trustedAuthority?: string;
  /** What the gateway shows to rotators that ask for a client certificate. Whether the real gateway
   * can do this is not known. */
  readonly clientCertificate?: KeyPair;
  /** Time of schedules, versions and API tokens. */
  readonly clock?: VirtualClock;
  /** Time that other processes see: credentials' lifetimes, `slow` faults. Default: the machine's. */
  readonly wallClock?: Clock;
  /** The account's API users. Default: one with a random key, who may do everything. */
  readonly users?: readonly [ApiUser, ...ApiUser[]];
  readonly accountId?: string;
  /** The access id that the gateway itself runs with: the one that rotators have to expect. */
  readonly gatewayAccessId?: string;
  /** Token for the control endpoints. Default: random. */
  readonly controlToken?: string;
  /** Lifetime of an API token, in milliseconds of `clock`. */
  readonly tokenLifetime?: number;
  /** Lifetime of an AkeylessCreds token, in seconds. */
  readonly credentialsLifetime?: number;
  /** The unit of `rotation-interval` for custom rotated secrets; sources disagree. */
  readonly rotationIntervalUnit?: "days" | "minutes";
  /** The interval of a secret that rotates by itself and names none, in that unit. */
  readonly defaultRotationInterval?: number;
  /** How many versions are kept where a secret does not say. */
  readonly defaultMaxVersions?: number;
  /** Whether a new version keeps the one before it, where an update does not say. */
  readonly keepPreviousVersion?: boolean;
  /** What `""` means in an update of a text field. */
  readonly emptyTextOnUpdate?: "keep" | "overwrite";
  /** What `[]` means in an update of a list. */
  readonly emptyListOnUpdate?: "keep" | "overwrite";
  /** Whether creating a secret calls its rotator once, as access id `p-custom`. */
  readonly dryRunOnCreate?: boolean;
  /** HTTP status of a rotation on demand that failed. */
  readonly failedRotationStatus?: number;
  /** Behaves as the public API, which has no rotated secrets to create, update or rotate. */
  readonly publicApi?: boolean;
}

/** Options with every default filled in. */
export type GatewaySettings = Required<
  Omit<
    GatewayOptions,
    "certificate" | "port" | "tlsPort" | "trustedAuthority" | "clientCertificate" | "wallClock"
  >
>;

/** The access id of a dry run, as Akeyless documents it for custom dynamic secrets. */
export const DRY_RUN_ACCESS_ID = "p-custom";

/** Fills in the defaults; `random` makes a secret string. */
export function completeOptions(options: GatewayOptions, random: () => string): GatewaySettings {
  return {
    clock: options.clock ?? new VirtualClock(),
    users: options.users ?? [{ accessId: "p-operator", accessKey: random() }],
    accountId: options.accountId ?? "acc-emulated",
    gatewayAccessId: options.gatewayAccessId ?? "p-gateway",
    controlToken: options.controlToken ?? random(),
    tokenLifetime: options.tokenLifetime ?? 3_600_000,
    credentialsLifetime: options.credentialsLifetime ?? 60,
    rotationIntervalUnit: options.rotationIntervalUnit ?? "days",
    defaultRotationInterval: options.defaultRotationInterval ?? 30,
    defaultMaxVersions: options.defaultMaxVersions ?? 20,
    keepPreviousVersion: options.keepPreviousVersion ?? true,
    emptyTextOnUpdate: options.emptyTextOnUpdate ?? "keep",
    emptyListOnUpdate: options.emptyListOnUpdate ?? "overwrite",
    dryRunOnCreate: options.dryRunOnCreate ?? false,
    failedRotationStatus: options.failedRotationStatus ?? 500,
    publicApi: options.publicApi ?? false,
  };
}

import type { JsonWebKey } from "node:crypto";
import type { Clock } from "../../../common/clock.ts";
import type { KeyPair } from "../key-pair.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { ASSUMPTIONS, type Assumed, type AssumptionName } from "./fidelity.ts";
import type { LoginOracle } from "./logins.ts";
import type { GatewayState } from "./state.ts";

/** Who may call the API, and what for. */
export interface ApiUser {
  readonly accessId: string;
  readonly accessKey: string;
  /** Paths (with everything below) that this user may touch. Default: everything. */
  readonly paths?: readonly string[];
  /** What this user may do there. Default: everything. */
  readonly capabilities?: readonly Capability[];
  /** Rules of a role, in place of `paths` and `capabilities`: what none of them allows is refused. */
  readonly rules?: readonly RoleRule[];
  /** A token of universal identity: logs in at `/auth`, and in a call in place of `token`. */
  readonly uidToken?: string;
  /**
   * Claims that let a JWT log in as this user (access type `jwt`), such as `{ repository: "org/app" }`.
   * Form, time and claims are looked at, the signature only with {@link jwtKeys}.
   */
  readonly jwtClaims?: Readonly<Record<string, string>>;
  /** Public keys that sign these JWTs, as a JSON Web Key Set. Default: signatures are not checked. */
  readonly jwtKeys?: { readonly keys: JsonWebKey[] };
}

/** One rule of a role. */
export interface RoleRule {
  /** An item's path, or everything below a folder with `/*` at the end. */
  readonly path: string;
  /** `list` without `read`: may plan, not see values. `update`: may rotate. */
  readonly capabilities: readonly Capability[];
}

/** The capabilities of Akeyless's role rules that the emulator knows. */
export type Capability = "create" | "read" | "update" | "delete" | "list";

/**
 * How to start the gateway. Every behavior of the real product that is not known for certain is an
 * option here, explained in docs/reference/gateway-fidelity.md.
 */
export interface GatewayOptions extends Partial<Assumed> {
  /** Also serves HTTPS with this certificate. */
  readonly certificate?: KeyPair;
  /** Port of the HTTP listener. Default: any free port. */
  readonly port?: number;
  /** Port of the HTTPS listener. Default: any free port. */
  readonly tlsPort?: number;
  /** Address to listen on. Default: `127.0.0.1`, which no other machine reaches. */
  readonly host?: string;
  /** More ports of HTTP. */
  readonly morePorts?: readonly number[];
  /**
   * Makes ids, keys, tokens and the time at the start the same every time, so that the same calls get
   * the same answers. Its keys are public: anybody who knows the seed has them. Default: others every time.
   */
  readonly seed?: string | number;
  /** Where `clock` begins, milliseconds since the epoch. Default: now; with a seed 2026-01-01. */
  readonly startsAt?: number;
  /** File that keeps the account; it survives the end of the process at any moment. */
  readonly persist?: string;
  /** PEM of an authority that the gateway trusts, besides the public ones, when it calls rotators. */
  readonly trustedAuthority?: string;
  /** What the gateway shows to rotators that ask for a client certificate. Whether the real gateway
   * can do this is not known. */
  readonly clientCertificate?: KeyPair;
  /**
   * Whether what a payload holds opens the account. Asked after each rotation, about the new password
   * and the one before it: the console shows who could log in when. Each question is a login.
   */
  readonly login?: LoginOracle;
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
}

/** Options with every default filled in. */
export type GatewaySettings = Required<
  Omit<
    GatewayOptions,
    | "certificate"
    | "port"
    | "tlsPort"
    | "host"
    | "morePorts"
    | "seed"
    | "startsAt"
    | "persist"
    | "trustedAuthority"
    | "clientCertificate"
    | "login"
    | "wallClock"
  >
>;

/** Fills in the defaults, of `before` where the account was kept; `random` makes a secret string. */
export function completeOptions(
  options: GatewayOptions,
  before: Pick<GatewayState, "now" | "identity"> | undefined,
  random: () => string,
): GatewaySettings {
  const identity = before?.identity;
  return {
    // An account that was kept goes on where it was, when its clock had been moved ahead.
    clock: options.clock ?? new VirtualClock(Math.max(beginning(options), before?.now ?? 0)),
    users: options.users ?? identity?.users ?? [{ accessId: "p-operator", accessKey: random() }],
    accountId: options.accountId ?? identity?.accountId ?? "acc-emulated",
    gatewayAccessId: options.gatewayAccessId ?? identity?.gatewayAccessId ?? "p-gateway",
    controlToken: options.controlToken ?? identity?.controlToken ?? random(),
    tokenLifetime: options.tokenLifetime ?? 3_600_000,
    credentialsLifetime: options.credentialsLifetime ?? 60,
    ...assumed(options),
  };
}

function beginning({ startsAt, seed }: GatewayOptions): number {
  return startsAt ?? (seed === undefined ? Date.now() : Date.UTC(2026, 0, 1));
}

function assumed(options: GatewayOptions): Assumed {
  const names = Object.keys(ASSUMPTIONS) as AssumptionName[];
  return Object.fromEntries(
    names.map((name) => [name, options[name] ?? ASSUMPTIONS[name].value]),
  ) as Assumed;
}

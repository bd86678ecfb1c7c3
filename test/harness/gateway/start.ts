import { randomBytes } from "node:crypto";
import { systemClock } from "../../../common/clock.ts";
import { FaultBoard } from "../faults.ts";
import { listenOnLoopback } from "../loopback.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import type { Core } from "./core.ts";
import type { GatewayEvent, RecordedCall } from "./events.ts";
import type { Item } from "./model.ts";
import { completeOptions, type GatewayOptions } from "./options.ts";
import { createProducerCredentials, type TokenOverrides } from "./producer-credentials.ts";
import { RemoteSessions, type SessionEnd } from "./remote-access.ts";
import { type CallOutcome, createRotationCaller } from "./rotation-call.ts";
import { Rotations } from "./rotations.ts";
import { Schedules } from "./schedule.ts";
import { createServer } from "./server.ts";
import { Store } from "./store.ts";
import { Tokens } from "./tokens.ts";

/** A running gateway. */
export interface Gateway {
  /** Base URL over HTTP; the API is also below `/v2` and `/api/v2`. */
  readonly url: string;
  /** Base URL over HTTPS, where a certificate was given. */
  readonly tlsUrl?: string;
  /** Access id and key of the first API user. */
  readonly accessId: string;
  readonly accessKey: string;
  /** The access id in AkeylessCreds, which rotators have to expect. */
  readonly gatewayAccessId: string;
  /** Value of the header `x-emulator-token` that the control endpoints ask for. */
  readonly controlToken: string;
  readonly clock: VirtualClock;
  /** Faults at the points `rotation` (the default), `store`, `validation` and `api`. */
  readonly faults: FaultBoard;
  /** The Event Center's entries, oldest first. */
  readonly events: readonly GatewayEvent[];
  /** Every API call as it arrived, with its secrets. */
  readonly calls: readonly RecordedCall[];
  /** Moves the clock; scheduled rotations that become due have ended when it resolves. */
  advance(milliseconds: number): Promise<void>;
  /** Moves the clock to the item's next automatic rotation. */
  advanceToRotation(item: string): Promise<void>;
  /** Rotates an item as a person with the API would. */
  rotate(item: string): Promise<CallOutcome>;
  /** Opens a Secure Remote Access session and returns its id. */
  openSession(item: string, user?: string): string;
  /** Ends a session; rotates where the item asks for it. */
  closeSession(id: string): Promise<SessionEnd>;
  /** The stored item, with every version and its payload; undefined where there is none. */
  item(name: string): Readonly<Item> | undefined;
  /** An AkeylessCreds token as the gateway sends it, or bent. */
  issueCredentials(item: string, overrides?: TokenOverrides): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the emulated Akeyless Gateway on loopback; see docs/reference/emulator.md. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const settings = completeOptions(options, () => randomBytes(24).toString("base64url"));
  const { clock, users, accountId, gatewayAccessId } = settings;
  const store = new Store();
  const events: GatewayEvent[] = [];
  const calls: RecordedCall[] = [];
  const emit = (event: GatewayEvent) => void events.push(event);
  const credentials = await createProducerCredentials({
    accessId: gatewayAccessId,
    accountId,
    lifetime: settings.credentialsLifetime,
    clock: options.wallClock ?? systemClock,
  });
  const caller = createRotationCaller({
    authority: options.trustedAuthority,
    clientCertificate: options.clientCertificate,
  });
  const faults = new FaultBoard(FAULTS);
  const sessions = new RemoteSessions(clock, store, () => rotations);
  const schedules = new Schedules({
    clock,
    settings,
    rotate: (item) => rotations.rotate(item, "scheduled"),
    emit,
  });
  const rotations: Rotations = new Rotations({
    settings,
    clock,
    store,
    credentials,
    caller,
    faults,
    lockedBy: (item) => sessions.lockedBy(item),
    emit,
    reschedule: (item) => schedules.restart(item),
  });
  const tokens = new Tokens(users, settings.tokenLifetime, clock);
  const parts = { settings, store, tokens, credentials, rotations, schedules, sessions, faults };
  const core: Core = { ...parts, events, calls, url: "" };
  const app = createServer(core);
  const http = await listenOnLoopback(app, { port: options.port ?? 0 });
  core.url = http.url;
  const { certificate, tlsPort: port = 0 } = options;
  const https =
    certificate &&
    (await listenOnLoopback(app, { port, certificate }).catch(async (error: unknown) => {
      await http.stop();
      throw error;
    }));
  const [first] = users;
  return {
    url: http.url,
    ...(https && { tlsUrl: https.url }),
    accessId: first.accessId,
    accessKey: first.accessKey,
    gatewayAccessId,
    controlToken: settings.controlToken,
    clock,
    faults,
    events,
    calls,
    advance: (milliseconds) => clock.advance(milliseconds),
    advanceToRotation: (name) => {
      const next = store.findItem(name)?.nextRotationAt;
      if (next === undefined)
        throw new RangeError(`advanceToRotation: no rotation of "${name}" is planned`);
      return clock.advanceTo(next);
    },
    rotate: (name) => {
      const item = store.findItem(name);
      if (!item) throw new RangeError(`rotate: there is no item "${name}"`);
      return rotations.rotate(item, "manual");
    },
    openSession: (item, user) => sessions.open(item, user).id,
    closeSession: (id) => sessions.close(id),
    item: (name) => store.findItem(name),
    issueCredentials: (item, overrides) => credentials.issue(item, overrides),
    stop: async () => {
      await Promise.all([http.stop(), https?.stop(), caller.close()]);
    },
  };
}

const FAULTS = {
  rotation: [
    "error-before",
    "error-after",
    "reset-before",
    "reset-after",
    "slow",
    "late",
    "hang-up",
    "duplicate",
    "replay",
  ],
  store: ["keep-old", "restore-previous"],
  validation: ["error-before", "reset-before", "slow", "redirect", "wrong-access-id", "huge-body"],
  api: ["error-before", "error-after", "reset-before", "reset-after", "slow"],
} as const;

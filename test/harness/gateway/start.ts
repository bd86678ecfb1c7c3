import { systemClock } from "../../../common/clock.ts";
import { defined } from "../../../common/defined.ts";
import { FaultBoard } from "../faults.ts";
import type { KeyPair } from "../key-pair.ts";
import { type LoopbackServer, listenOnLoopback } from "../loopback.ts";
import { Account } from "./account.ts";
import { ClockMotor } from "./clock-motor.ts";
import type { Core } from "./core.ts";
import type { GatewayEvent, RecordedCall } from "./events.ts";
import { GATEWAY_FAULTS } from "./fault-table.ts";
import type { EmulatedGateway } from "./handle.ts";
import { Logins } from "./logins.ts";
import { completeOptions, type GatewayOptions } from "./options.ts";
import { createProducerCredentials } from "./producer-credentials.ts";
import { createRandom } from "./random.ts";
import { RemoteSessions } from "./remote-access.ts";
import { createRotationCaller } from "./rotation-call.ts";
import { Rotations } from "./rotations.ts";
import { Schedules } from "./schedule.ts";
import { createServer } from "./server.ts";
import { openStateFile } from "./state-file.ts";
import { Store } from "./store.ts";
import { Timeline } from "./timeline.ts";
import { Tokens } from "./tokens.ts";

/** Starts the emulated Akeyless Gateway; see docs/reference/emulator.md. */
export async function startGateway(options: GatewayOptions = {}): Promise<EmulatedGateway> {
  const file = options.persist === undefined ? undefined : openStateFile(options.persist);
  const random = createRandom(options.seed, file?.state?.drawn);
  const settings = completeOptions(options, file?.state, () =>
    random.bytes(24).toString("base64url"),
  );
  const { clock, users, accountId, gatewayAccessId, controlToken } = settings;
  const wall = options.wallClock ?? systemClock;
  const signingKey = file?.state?.identity?.signingKey ?? random.bytes(32).toString("base64");
  const store = new Store();
  const events: GatewayEvent[] = [];
  const calls: RecordedCall[] = [];
  const emit = (event: GatewayEvent) => void events.push(event);
  const credentials = createProducerCredentials({
    ...{ accountId, signingKey },
    accessId: gatewayAccessId,
    lifetime: settings.credentialsLifetime,
    clock: wall,
    random,
  });
  const caller = createRotationCaller({
    authority: options.trustedAuthority,
    clientCertificate: options.clientCertificate,
  });
  const faults = new FaultBoard(GATEWAY_FAULTS);
  const timeline = new Timeline(() => wall.monotonic());
  const logins = new Logins(options.login, clock);
  const sessions = new RemoteSessions(clock, store, random, () => rotations);
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
    timeline,
    logins,
    lockedBy: (item) => sessions.lockedBy(item),
    emit,
    reschedule: (item) => schedules.restart(item),
  });
  const identity = { users, accountId, gatewayAccessId, controlToken, signingKey };
  const tokens = new Tokens(users, settings.tokenLifetime, clock, random);
  tokens.restore(file?.state?.tokens ?? []);
  const account = new Account({
    ...{ identity, clock, wall, store, schedules, sessions, tokens, random, file },
  });
  account.replace(file?.state ?? NOTHING);
  const motor = new ClockMotor(clock, () => wall.monotonic());
  const core: Core = {
    ...{ settings, store, credentials, rotations, schedules, sessions, faults, events, calls },
    ...{ account, timeline, motor, logins, tokens },
    url: "",
    told: new Set(),
    onIgnored: () => {},
    reset: () => {
      account.replace(NOTHING);
      faults.clear();
      timeline.clear();
      events.length = 0;
      calls.length = 0;
    },
  };
  const app = createServer(core, options.host);
  const { certificate, host } = options;
  const http = await listenOnLoopback(app, { port: options.port ?? 0, ...defined({ host }) });
  core.url = http.url;
  const servers: LoopbackServer[] = [http];
  const stop = async () => {
    motor.stop();
    account.close();
    await Promise.all([...servers.map((server) => server.stop()), caller.close()]);
  };
  const listen = async (port: number, certificate?: KeyPair) => {
    const server = await listenOnLoopback(app, { port, ...defined({ host, certificate }) }).catch(
      async (error: unknown) => {
        await stop();
        throw error;
      },
    );
    servers.push(server);
    return server;
  };
  for (const port of options.morePorts ?? []) await listen(port);
  const https = certificate && (await listen(options.tlsPort ?? 0, certificate));
  const [first] = users;
  return {
    url: http.url,
    ...defined({ tlsUrl: https?.url }),
    accessId: first.accessId,
    accessKey: first.accessKey,
    gatewayAccessId,
    controlToken,
    consoleUrl: `${http.url}/console#token=${controlToken}`,
    ...{ clock, faults, events, calls, stop },
    timeline: timeline.entries,
    onIgnored: (listener) => {
      core.onIgnored = listener;
    },
    follow: (listener) => timeline.follow(listener),
    advance: (milliseconds) => clock.advance(milliseconds),
    advanceToRotation: (name) => {
      const next = store.findItem(name)?.nextRotationAt;
      if (next === undefined)
        throw new RangeError(`advanceToRotation: no rotation of "${name}" is planned`);
      return clock.advanceTo(next);
    },
    run: (speed) => motor.run(speed),
    pause: () => motor.stop(),
    rotate: (name) => {
      const item = store.findItem(name);
      if (!item) throw new RangeError(`rotate: there is no item "${name}"`);
      return rotations.rotate(item, "manual");
    },
    openSession: (item, user) => sessions.open(item, user).id,
    closeSession: (id) => sessions.close(id),
    item: (name) => store.findItem(name),
    issueCredentials: async (item, overrides) => credentials.issue(item, overrides),
    exportState: () => account.state(),
    importState: (state) => account.replace(state),
    reset: () => core.reset(),
    [Symbol.asyncDispose]: stop,
  };
}

/** An account without anything in it. */
const NOTHING = { lastId: 1000, items: [], targets: [], statics: [], sessions: [] };

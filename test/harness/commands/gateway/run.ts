import { rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Clock } from "../../../../common/clock.ts";
import { defined } from "../../../../common/defined.ts";
import { KitError } from "../../../../common/errors/kit-error.ts";
import type { CommandIo } from "../../../../stacks/operations/io.ts";
import { type Gateway, startGateway } from "../../gateway/index.ts";
import { readState, readUsers } from "../../gateway/state-file.ts";
import { installProvider } from "../../terraform-provider/install.ts";
import type { LoginOptions } from "../login-options.ts";
import { loginOracle } from "../oracles.ts";
import { announcementJson, announcementText, exportLines } from "./announcement.ts";
import { readAssumptions } from "./assumptions.ts";
import { declareExample, writeRotatorFolder } from "./rotator-folder.ts";
import { jsonView, type TimelineView, textView } from "./timeline-view.ts";
import { ensureTlsFiles, temporaryTls } from "./tls-files.ts";

/** Options of `rotation-kit gateway`. */
export interface RunOptions extends LoginOptions {
  readonly port: number;
  readonly tlsPort: number;
  readonly host: string;
  readonly seed?: string;
  readonly persist?: string;
  readonly import?: string;
  readonly export?: string;
  readonly users?: string;
  readonly reset?: true;
  readonly clock: "running" | "still";
  readonly speed: number;
  readonly assume?: readonly string[];
  readonly terraform?: string;
  readonly forRotator?: string;
  readonly realPorts?: true;
  readonly json?: true;
}

/** Ports at which a real gateway serves its API besides 8081. */
const REAL_PORTS = [8000, 8080];

/** Starts the gateway and everything around it; resolves when it is ready. Returns what ends it. */
export async function runGateway(options: RunOptions, io: CommandIo): Promise<() => Promise<void>> {
  const { persist, json } = options;
  const own = options.forRotator ?? (persist && `${persist}.tls`);
  const now = io.clock.now();
  const { remove, ...tls } = own
    ? { ...(await ensureTlsFiles(resolve(own), options.host, now)), remove: async () => {} }
    : await temporaryTls(options.host, now);
  try {
    if (options.reset && persist) await rm(persist, { force: true });
    const assumed = readAssumptions(options.assume ?? []);
    const users = options.users === undefined ? {} : { users: readUsers(options.users) };
    const login = loginOracle(options, io.environment);
    const more = { ...assumed, ...users, ...tlsOptions(tls), ...defined({ login }) };
    const gateway = await start(options, more, io.clock);
    if (options.import !== undefined) gateway.importState(readState(options.import));
    const provider =
      options.terraform === undefined
        ? undefined
        : await installProvider(resolve(options.terraform));
    const announcement = {
      gateway,
      authority: tls.authority,
      terraform: provider?.environment ?? {},
    };
    if (options.forRotator !== undefined) {
      await writeRotatorFolder(resolve(options.forRotator), gateway, exportLines(announcement));
      await declareExample(gateway);
    }
    const view = json ? jsonView(io) : textView(io);
    if (json) io.out(`${JSON.stringify(announcementJson(announcement))}\n`);
    else io.out(announcementText(announcement));
    if (options.host !== "127.0.0.1" && options.host !== "localhost")
      io.err(
        `${options.host} may be reached from other machines; the emulated gateway protects nothing.\n`,
      );
    watch(gateway, view);
    if (options.clock === "running") gateway.run(options.speed);
    return async () => {
      if (options.export !== undefined)
        await writeFile(options.export, `${JSON.stringify(gateway.exportState())}\n`, {
          mode: 0o600,
        });
      await gateway.stop();
      await remove();
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function tlsOptions({ cert, key }: { cert: string; key: string }) {
  return {
    certificate: { cert, key },
    trustedAuthority: cert,
  };
}

async function start(
  { port, tlsPort, host, realPorts, clock: passing, ...options }: RunOptions,
  more: Parameters<typeof startGateway>[0],
  clock: Clock,
): Promise<Gateway> {
  const { seed, persist } = options;
  try {
    return await startGateway({
      ...more,
      port,
      tlsPort,
      host,
      ...(realPorts && { morePorts: REAL_PORTS.filter((each) => each !== port) }),
      ...defined({ seed, persist }),
      // A clock that runs shows the machine's time. One that stands still is the same with every seed.
      ...(passing === "running" && { startsAt: clock.now() }),
      wallClock: clock,
    });
  } catch (error) {
    const { code, port: taken = port } = error as NodeJS.ErrnoException & { port?: number };
    if (code === undefined || !("syscall" in (error as object))) throw error;
    const setting = taken === tlsPort ? "--tls-port" : taken === port ? "--port" : "--real-ports";
    if (code === "EADDRINUSE")
      throw new KitError("port_taken", { port: taken, host, setting }, { cause: error });
    throw new KitError(
      "listen_failed",
      { port: taken, host, setting, why: code },
      { cause: error },
    );
  }
}

/** Shows rotations, and what a client sent that was not understood: once for each field. */
function watch(gateway: Gateway, view: TimelineView): void {
  gateway.follow((entry) => view.show(entry));
  gateway.onIgnored(({ path, fields }) =>
    view.note(
      `${path}: sent and not understood: ${fields.join(", ")} (see docs/reference/emulator.md)`,
    ),
  );
}

import { readFileSync } from "node:fs";
import { defined } from "../../../../common/defined.ts";
import { KitError } from "../../../../common/errors/kit-error.ts";
import type { CommandIo } from "../../../../stacks/operations/io.ts";
import { printJson } from "../../../../stacks/operations/output.ts";
import { Bench, type Oracles } from "../../conformance/bench.ts";
import type { Profile } from "../../conformance/cases.ts";
import { type ConformanceReport, runCases } from "../../conformance/run.ts";
import { TestedRotator } from "../../conformance/subject.ts";
import { startGateway } from "../../gateway/index.ts";
import { startTcpRelay, type TcpAddress, type TcpRelay } from "../../tcp-relay.ts";
import { ensureTlsFiles } from "../gateway/tls-files.ts";
import type { LoginOptions } from "../login-options.ts";
import { loginOracle, restart } from "../oracles.ts";
import { conformanceText, junitReport, markdownReport } from "./report.ts";

/** The line to the system that the test may disturb. */
export interface RelayOption {
  readonly port: number;
  readonly system: TcpAddress;
}

/** Options of `rotation-kit conformance`. */
export interface ConformanceOptions extends LoginOptions {
  readonly url: string;
  readonly payload: string;
  readonly item: string;
  readonly accessId: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly tlsFolder?: string;
  readonly caFile?: string;
  readonly restart?: string;
  readonly relay?: RelayOption;
  readonly profile?: readonly Profile[];
  readonly wait: number;
  readonly seed?: string;
  readonly json?: true;
  readonly junit?: true;
  readonly markdown?: true;
}

/** Plays Akeyless against the rotator, writes the report, and sets the exit code. */
export async function runConformance(options: ConformanceOptions, io: CommandIo): Promise<void> {
  const { accessId, port, tlsPort, item, profile, wait } = options;
  if (!URL.canParse(options.url))
    throw new KitError("emulator_refused", { why: `--url ${options.url} is not a web address` });
  const tls =
    options.tlsFolder === undefined
      ? undefined
      : await ensureTlsFiles(options.tlsFolder, "127.0.0.1", io.clock.now());
  const gateway = await startGateway({
    gatewayAccessId: accessId,
    ...{ port, tlsPort },
    ...defined({ seed: options.seed, certificate: tls && { cert: tls.cert, key: tls.key } }),
  }).catch(portTaken((taken) => (taken === tlsPort ? "--tls-port" : "--port")));
  const authority = options.caFile ? readText(options.caFile) : tls?.cert;
  const subject = new TestedRotator(options.url, wait * 1000, io.clock.monotonic, authority);
  let relay: TcpRelay | undefined;
  try {
    if (options.relay) {
      const { system, port: from } = options.relay;
      relay = await startTcpRelay(system, from).catch(portTaken(() => "--relay"));
    }
    const bench = new Bench(subject, gateway, item, payloadOf(options.payload), {
      ...oraclesOf(options, io),
      ...defined({ relay }),
    });
    io.progress?.(`The validator answers at ${gateway.url}/validate-producer-credentials`);
    const report = await runCases(bench, profile, io.progress);
    write(report, options, io);
    io.setExitCode(report.ok ? 0 : 2);
  } finally {
    await Promise.all([gateway.stop(), subject.close(), relay?.stop()]);
  }
}

/** Says of a port that is taken which option names another one. */
function portTaken(settingOf: (port: number) => string) {
  return (cause: NodeJS.ErrnoException & { port?: number }): never => {
    const { code, port = 0 } = cause;
    if (code !== "EADDRINUSE") throw cause;
    const setting = settingOf(port);
    throw new KitError("port_taken", { port, host: "127.0.0.1", setting }, { cause });
  };
}

function write(report: ConformanceReport, options: ConformanceOptions, io: CommandIo): void {
  if (options.json) printJson(io, "conformance", { ...report, cases: [...report.cases] });
  else if (options.junit) io.out(junitReport(report));
  else if (options.markdown) io.out(markdownReport(report));
  else io.out(conformanceText(report));
}

function oraclesOf(options: ConformanceOptions, { environment }: CommandIo): Oracles {
  const { restart: again } = options;
  return defined({
    login: loginOracle(options, environment),
    restart: again === undefined ? undefined : () => restart(again),
  });
}

/** `@FILE` is the text of a file, without the line break at its end. */
function payloadOf(given: string): string {
  return given.startsWith("@") ? readText(given.slice(1)).replace(/\r?\n$/, "") : given;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new KitError("emulator_refused", { why: `${file} cannot be read: ${why}` }, { cause });
  }
}

import { createServer, type Server } from "node:http";
import { Command } from "commander";
import { KitError } from "../../common/errors/kit-error.ts";
import type { Gateway } from "../gateway/client.ts";
import { told } from "./advice.ts";
import { type CommandIo, gatewayFor, processIo } from "./io.ts";
import { ItemMetrics } from "./item-metrics.ts";
import { helpText } from "./output.ts";
import { wholeNumberOption } from "./whole-number.ts";

interface Options {
  readonly path: string;
  readonly host: string;
  readonly port: number;
  readonly interval: number;
}

/** `rotation-kit exporter`: the state of every item for Prometheus, as the gateway tells it. */
export function exporterCommand(io: CommandIo = processIo): Command {
  return new Command("exporter")
    .description("serve the state of every custom rotated secret to Prometheus")
    .option("--path <path>", "only items below this path", "/")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <number>", "port to listen on", wholeNumberOption(0, 65_535), 9465)
    .option(
      "--interval <seconds>",
      "how often to read the gateway",
      wholeNumberOption(10, 3_600),
      60,
    )
    .addHelpText(
      "after",
      `
GET /metrics on that port. The rules that belong to it are in docs/guides/alerts.md. It holds no secret
and needs no more than the right to list.
${helpText("exporter --path /prod/", "exporter --host 0.0.0.0 --port 9465")}`,
    )
    .action(async ({ path, host, port, interval }: Options) => {
      const exporter = await startExporter(gatewayFor(io), path, { host, port, io });
      io.err(`metrics of the items below ${path} on http://${exporter.address}/metrics\n`);
      const stopped = new AbortController();
      io.onInterrupt?.(() => stopped.abort());
      while (!stopped.signal.aborted) {
        await io.clock.sleep(interval * 1_000, stopped.signal).catch(() => {});
        if (!stopped.signal.aborted) await exporter.read();
      }
      await exporter.stop();
    });
}

/** A running exporter. */
export interface Exporter {
  /** Host and port that it listens on. */
  readonly address: string;
  /** Reads the gateway once. */
  read(): Promise<void>;
  stop(): Promise<void>;
}

/** Reads the gateway once and starts to serve. A gateway that cannot be read is told as a metric. */
export async function startExporter(
  gateway: Gateway,
  path: string,
  { host, port, io }: { host: string; port: number; io: Pick<CommandIo, "clock" | "err"> },
): Promise<Exporter> {
  const metrics = new ItemMetrics(io.clock);
  const read = async () => {
    try {
      metrics.update(await gateway.listRotatedSecrets(path));
    } catch (error) {
      if (!(error instanceof KitError)) throw error;
      metrics.failed();
      io.err(`${told(error)}\n`);
    }
  };
  await read();
  const server = createServer(async (request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    response.setHeader("content-type", metrics.contentType);
    response.end(await metrics.text());
  });
  const address = await listen(server, host, port);
  return {
    address,
    read,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const why = "code" in cause ? String(cause.code) : cause.name;
      reject(
        new KitError("listen_failed", { host, port, why, setting: "--host, --port" }, { cause }),
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      resolve(`${host.includes(":") ? `[${host}]` : host}:${bound}`);
    });
  });
}

import { type IncomingMessage, type RequestListener, request } from "node:http";
import { request as tlsRequest } from "node:https";
import { createSecureContext } from "node:tls";
import type { KeyPair } from "./key-pair.ts";
import { listenOnLoopback } from "./loopback.ts";

/** A request that stands still between a caller and a server. */
export interface Held {
  readonly path: string;
  /** Lets it go on. */
  release(): void;
}

/** Sits between a caller and a server, and can stop the traffic at an exact point. */
export interface HoldProxy {
  readonly url: string;
  /** How many requests have come since the start. */
  readonly count: () => number;
  /**
   * Holds the `number`-th request from now (1 is the next), before the server sees it or after the
   * server has done the work. Resolves when it stands still.
   */
  hold(number: number, when: "before" | "after"): Promise<Held>;
  stop(): Promise<void>;
}

interface Hold {
  readonly at: number;
  readonly when: "before" | "after";
  readonly reached: (held: Held) => void;
}

/** How a proxy speaks to both sides, and who hears of it. */
export interface HoldProxyOptions {
  readonly certificate?: KeyPair;
  readonly authority?: string;
  /** Learns of each answer of the server before the caller does. */
  readonly answered?: (request: string, status: number, answer: string) => void;
}

/** Starts a proxy to `target` on loopback; both sides may speak TLS with the same authority. */
export async function startHoldProxy(
  target: string,
  options: HoldProxyOptions = {},
): Promise<HoldProxy> {
  // Made once: it costs as much as the connection.
  const tls = options.authority !== undefined && {
    secureContext: createSecureContext({ ca: options.authority }),
  };
  let count = 0;
  let holds: Hold[] = [];

  const pause = async (number: number, when: "before" | "after", path: string) => {
    const hold = holds.find((one) => one.at === number && one.when === when);
    if (hold === undefined) return;
    holds = holds.filter((one) => one !== hold);
    await new Promise<void>((release) => hold.reached({ path, release }));
  };

  const handler: RequestListener = async (incoming, response) => {
    count += 1;
    const number = count;
    const path = incoming.url ?? "/";
    const body = await readAll(incoming);
    await pause(number, "before", path);
    // The caller may have been killed while it was held; its request is lost then.
    if (response.destroyed) return;
    const send = target.startsWith("https:") ? tlsRequest : request;
    const forwarded = send(
      new URL(path, target),
      { method: incoming.method, headers: incoming.headers, agent: false, ...tls },
      async (answer) => {
        const text = await readAll(answer);
        options.answered?.(body.toString(), answer.statusCode ?? 502, text.toString());
        await pause(number, "after", path);
        response.writeHead(answer.statusCode ?? 502, answer.headers).end(text);
      },
    );
    forwarded.on("error", () => response.destroy()).end(body);
  };

  const server = await listenOnLoopback(handler, {
    ...(options.certificate && { certificate: options.certificate }),
  });
  return {
    url: server.url,
    count: () => count,
    hold: (number, when) =>
      new Promise((reached) => {
        holds.push({ at: count + number, when, reached });
      }),
    stop: () => server.stop(),
  };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

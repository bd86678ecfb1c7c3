import type { IncomingMessage, ServerResponse } from "node:http";
import { listenOnLoopback } from "../loopback.ts";

/** One request, read and decoded. */
export interface Call {
  readonly method: string;
  /** Decoded segments that the route names with a colon. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly form: URLSearchParams;
  /** The body as it came. */
  readonly text: string;
  /** Basic credentials, where the request has some. */
  readonly basic?: { readonly username: string; readonly password: string };
  readonly header: (name: string) => string | undefined;
  /** The Authorization header without its scheme, by scheme in lower case. */
  readonly token: (scheme: string) => string | undefined;
}

/** What a fake answers: JSON, or text as it is. */
export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `METHOD /path/:param` to what answers it. */
export type Routes = Readonly<Record<string, (call: Call) => Reply>>;

/**
 * How a fake fails: `down` answers 503 before anything happens, `lost` does the work and then
 * answers 502, `garbled` does the work and answers 200 with a page of HTML.
 */
export type Failure = "none" | "down" | "lost" | "garbled";

/** A running fake of a product's documented API. It was not compared with the product. */
export interface FakeProduct {
  readonly url: string;
  fail(failure: Failure): void;
  /** From now on everything is answered with this, as by a proxy in front. */
  answer(reply: Reply): void;
  /** `METHOD /path` of every request so far, as it arrived. */
  readonly calls: readonly string[];
  stop(): Promise<void>;
}

/** Serves routes on loopback. An unknown route is answered with 404 and an HTML page. */
export async function startFake(routes: Routes): Promise<FakeProduct> {
  let failure: Failure = "none";
  let proxied: Reply | undefined;
  const calls: string[] = [];
  const compiled = Object.entries(routes).map(([route, handler]) => ({
    ...compile(route),
    handler,
  }));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "", "http://fake");
    calls.push(`${request.method} ${url.pathname}`);
    const text = await readText(request);
    const send = ({ status, json, text = "", headers }: Reply) => {
      response.writeHead(status, {
        "content-type": json === undefined ? "text/html" : "application/json",
        ...headers,
      });
      response.end(json === undefined ? text : JSON.stringify(json));
    };
    if (proxied !== undefined) return send(proxied);
    if (failure === "down") return send({ status: 503, text: "<h1>maintenance</h1>" });
    const found = compiled.find(
      ({ method, pattern }) => method === request.method && pattern.test(url.pathname),
    );
    if (found === undefined) return send({ status: 404, text: "<h1>not found</h1>" });
    const values = found.pattern.exec(url.pathname)?.slice(1) ?? [];
    const params = Object.fromEntries(
      found.names.map((name, index) => [name, decodeURIComponent(values[index] ?? "")]),
    );
    const reply = found.handler(callOf(request, url, params, text));
    if (failure === "lost") return send({ status: 502, text: "<h1>bad gateway</h1>" });
    if (failure === "garbled") return send({ status: 200, text: "<h1>welcome</h1>" });
    return send(reply);
  };
  const server = await listenOnLoopback((request, response) => void answer(request, response));
  return {
    url: server.url,
    calls,
    fail: (next) => {
      failure = next;
    },
    answer: (reply) => {
      proxied = reply;
    },
    stop: () => server.stop(),
  };
}

function compile(route: string) {
  const [method = "", path = ""] = route.split(" ");
  const names: string[] = [];
  const pattern = path
    .replace(/[.*+?^$()[\]\\]/g, "\\$&")
    .replace(/:([a-z]+)/g, (_, name: string) => {
      names.push(name);
      return "([^/]+)";
    });
  return { method, names, pattern: new RegExp(`^${pattern}$`) };
}

function callOf(
  request: IncomingMessage,
  url: URL,
  params: Record<string, string>,
  text: string,
): Call {
  const [scheme = "", credentials = ""] = (request.headers.authorization ?? "").split(" ");
  const pair = Buffer.from(credentials, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  const isText = request.headers["content-type"]?.startsWith("text/plain");
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  return {
    method: request.method ?? "",
    params,
    query: url.searchParams,
    text,
    body: isForm || isText || text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
    form: new URLSearchParams(isForm ? text : ""),
    header: (name) => request.headers[name]?.toString(),
    token: (wanted) => (scheme.toLowerCase() === wanted ? credentials : undefined),
    ...(scheme === "Basic" && {
      basic: { username: pair.slice(0, colon), password: pair.slice(colon + 1) },
    }),
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

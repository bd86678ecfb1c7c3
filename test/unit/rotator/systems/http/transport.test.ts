import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { KitError } from "../../../../../common/errors/kit-error.ts";
import {
  createTransport,
  type Transport,
  type TransportOptions,
} from "../../../../../rotator/systems/http/transport.ts";
import { freePort } from "../../../../harness/free-port.ts";
import { type Authority, createAuthority } from "../../../../harness/pki.ts";

let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority();
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(server: Server | ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function transport(origin: string, options: Partial<TransportOptions> = {}): Transport {
  const made = createTransport({
    origin: new URL(origin),
    basePath: "",
    timeoutMs: 5_000,
    maxResponseBytes: 1_024,
    allowedNetworks: [],
    tls: () => ({}),
    ...options,
  });
  cleanups.push(() => made.close());
  return made;
}

const never = new AbortController().signal;
const get = { method: "GET", target: "/probe", headers: {} } as const;
const plain = async (handler: RequestListener) =>
  `http://127.0.0.1:${await serve(createServer(handler))}`;

test("a redirect is an answer, not a way to another place", async () => {
  let elsewhere = 0;
  const other = await plain((_, response) => {
    elsewhere++;
    response.end("{}");
  });
  const origin = await plain((_, response) => {
    response.writeHead(302, { location: other }).end();
  });
  expect(await transport(origin).send(get, never)).toMatchObject({ status: 302 });
  expect(elsewhere).toBe(0);
});

test("the base path is before every path", async () => {
  const origin = await plain((request, response) => response.end(request.url));
  const answer = await transport(origin, { basePath: "/auth" }).send(get, never);
  expect(answer.text).toBe("/auth/probe");
});

test("an answer over the size limit is not an answer", async () => {
  const origin = await plain((_, response) => response.end("x".repeat(5_000)));
  await expect(transport(origin).send(get, never)).rejects.toMatchObject({
    reason: "response_too_large",
    sent: true,
  });
});

test("an endless answer ends with the time limit", async () => {
  const origin = await plain((_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  });
  await expect(
    transport(origin, { timeoutMs: 1_000, maxResponseBytes: 1_000_000 }).send(get, never),
  ).rejects.toMatchObject({ reason: "timeout", sent: true });
});

test("an aborted step ends the request", async () => {
  const step = new AbortController();
  const origin = await plain(() => step.abort());
  await expect(transport(origin).send(get, step.signal)).rejects.toMatchObject({
    reason: "timeout",
  });
});

test("a connection that breaks may have delivered the request; it is not sent again", async () => {
  let requests = 0;
  const origin = await plain((request) => {
    requests++;
    request.socket.destroy();
  });
  await expect(transport(origin).send(get, never)).rejects.toMatchObject({
    reason: "connection_lost",
    sent: true,
  });
  expect(requests).toBe(1);
});

test("a connection that is reset in the middle of an answer is not an answer, and harms nobody else", async () => {
  const origin = await plain((request, response) => {
    if (request.url === "/whole") return response.end("{}");
    response.writeHead(200, { "content-length": "100" }).write("{");
    setTimeout(() => request.socket.resetAndDestroy(), 20);
    return undefined;
  });
  const made = transport(origin);
  const [cut, whole] = await Promise.allSettled([
    made.send(get, never),
    made.send({ ...get, target: "/whole" }, never),
  ]);
  expect(cut).toMatchObject({ reason: { reason: "connection_lost", sent: true } });
  expect(whole).toMatchObject({ value: { status: 200 } });
});

test("a server that accepts and says nothing has delivered nothing before TLS is set up", async () => {
  const silent = createTcpServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => silent.close());
  const origin = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  await expect(transport(origin, { timeoutMs: 200 }).send(get, never)).rejects.toMatchObject({
    reason: "connect_timeout",
    sent: false,
  });
});

test("every method may carry a body, and the server gets it whole", async () => {
  const got: string[] = [];
  const origin = await plain(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    got.push(`${request.method} ${request.headers["content-length"]} ${text}`);
    response.end("{}");
  });
  const made = transport(origin);
  for (const method of ["POST", "PUT", "PATCH", "DELETE"] as const)
    await made.send({ ...get, method, body: '{"p":"ü"}' }, never);
  await made.send({ ...get, method: "POST" }, never);
  expect(got).toEqual([
    'POST 10 {"p":"ü"}',
    'PUT 10 {"p":"ü"}',
    'PATCH 10 {"p":"ü"}',
    'DELETE 10 {"p":"ü"}',
    "POST 0 ",
  ]);
});

test("a refused connection has delivered nothing", async () => {
  const origin = `http://127.0.0.1:${await freePort()}`;
  await expect(transport(origin).send(get, never)).rejects.toMatchObject({
    reason: "connection_refused",
    sent: false,
  });
});

test.each([
  "http://169.254.169.254",
  "http://[fe80::1]",
  "http://[::ffff:169.254.169.254]",
  "http://[fd00:ec2::254]",
  "http://100.100.100.200",
  "http://0.0.0.0",
  "http://[64:ff9b::169.254.169.254]",
])("%s is never connected to", async (origin) => {
  await expect(transport(origin).send(get, never)).rejects.toMatchObject({
    reason: "address_denied",
    sent: false,
  });
});

test("outside of the allowed networks nothing is connected to, by address or by name", async () => {
  const port = new URL(await plain((_, response) => response.end("{}"))).port;
  const allowedNetworks = ["10.0.0.0/8", "fd12::/16"];
  for (const host of ["127.0.0.1", "localhost"]) {
    await expect(
      transport(`http://${host}:${port}`, { allowedNetworks }).send(get, never),
    ).rejects.toMatchObject({ reason: "address_denied", sent: false });
  }
  const inside = transport(`http://localhost:${port}`, { allowedNetworks: ["127.0.0.0/8", "::1"] });
  expect(await inside.send(get, never)).toMatchObject({ status: 200 });
});

test("TLS trusts the configured authority and the name in the certificate only", async () => {
  const certificate = await authority.issue({ hosts: ["localhost"] });
  const port = await serve(createTlsServer(certificate, (_, response) => response.end("{}")));
  const origin = `https://localhost:${port}`;
  const ca = authority.cert;
  expect(await transport(origin, { tls: () => ({ ca }) }).send(get, never)).toMatchObject({
    status: 200,
  });
  const refused = { reason: "tls_failed", sent: false };
  await expect(transport(origin).send(get, never)).rejects.toMatchObject(refused);
  await expect(
    transport(`https://127.0.0.1:${port}`, { tls: () => ({ ca }) }).send(get, never),
  ).rejects.toMatchObject(refused);
  const named = { ca, servername: "localhost" };
  expect(
    await transport(`https://127.0.0.1:${port}`, { tls: () => named }).send(get, never),
  ).toMatchObject({ status: 200 });
});

test("no environment variable switches the check of certificates off", async () => {
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  cleanups.push(() => vi.unstubAllEnvs());
  const certificate = await authority.issue({ hosts: ["localhost"] });
  const port = await serve(createTlsServer(certificate, (_, response) => response.end("{}")));
  await expect(transport(`https://localhost:${port}`).send(get, never)).rejects.toMatchObject({
    reason: "tls_failed",
    sent: false,
  });
});

test("an expired certificate and TLS 1.1 are refused", async () => {
  const ca = authority.cert;
  const expired = await authority.issue({ hosts: ["localhost"], lifetime: -1_000 });
  const old = await authority.issue({ hosts: ["localhost"] });
  const answers = { certificate_expired: expired, tls_failed: old };
  const range = { maxVersion: "TLSv1.1", minVersion: "TLSv1" } as const;
  const versions = { ...range, ciphers: "DEFAULT@SECLEVEL=0" };
  for (const [reason, certificate] of Object.entries(answers)) {
    const options = { ...certificate, ...(certificate === old && versions) };
    const server = createTlsServer(options, (_, response) => response.end());
    const origin = `https://localhost:${await serve(server)}`;
    const sent = transport(origin, { tls: () => ({ ca }) }).send(get, never);
    await expect(sent).rejects.toMatchObject({ reason });
  }
});

test("a client certificate is shown where one is configured", async () => {
  const ca = authority.cert;
  const certificate = await authority.issue({ hosts: ["localhost"] });
  const client = await authority.issue({ hosts: ["rotator"], client: true });
  const server = createTlsServer(
    { ...certificate, ca, requestCert: true, rejectUnauthorized: true },
    (_, response) => response.end("{}"),
  );
  const origin = `https://localhost:${await serve(server)}`;
  expect(
    await transport(origin, { tls: () => ({ ca, ...client }) }).send(get, never),
  ).toMatchObject({
    status: 200,
  });
  await expect(transport(origin, { tls: () => ({ ca }) }).send(get, never)).rejects.toMatchObject({
    name: "TransportError",
  });
});

test("renewed certificates are seen by the next connection, and unreadable ones send nothing", async () => {
  const certificate = await authority.issue({ hosts: ["localhost"] });
  let requests = 0;
  const server = createTlsServer(certificate, (_, response) => {
    requests++;
    response.setHeader("connection", "close").end("{}");
  });
  let tls = () => ({ ca: other.cert });
  const other = await createAuthority("before the renewal");
  const made = transport(`https://localhost:${await serve(server)}`, { tls: () => tls() });
  await expect(made.send(get, never)).rejects.toMatchObject({ reason: "tls_failed" });
  tls = () => ({ ca: authority.cert });
  expect(await made.send(get, never)).toMatchObject({ status: 200 });
  tls = () => {
    throw new KitError("certificates_invalid", { problem: "half written" });
  };
  const unreadable = { reason: "certificates_invalid", sent: false };
  await expect(made.send(get, never)).rejects.toMatchObject(unreadable);
  expect(requests).toBe(1);
});

test("an answer may be packed although nobody asked, and begin with a byte order mark", async () => {
  const asked: unknown[] = [];
  const origin = await plain((request, response) => {
    asked.push(request.headers["accept-encoding"]);
    if (request.url === "/bom") return response.end('\ufeff{"a":1}');
    return response.setHeader("content-encoding", "gzip").end(gzipSync('{"a":1}'));
  });
  const made = transport(origin);
  for (const target of ["/gzip", "/bom"])
    expect(await made.send({ ...get, target }, never)).toMatchObject({ json: { a: 1 } });
  expect(asked).toEqual(["identity", "identity"]);
});

test("an answer that unpacks to too much, or to nothing, is not an answer", async () => {
  const bodies = [gzipSync(Buffer.alloc(100_000)), Buffer.from("{}")];
  const origin = await plain((_, response) =>
    response.setHeader("content-encoding", "gzip").end(bodies.shift()),
  );
  const made = transport(origin);
  for (const reason of ["response_too_large", "unexpected_body"])
    await expect(made.send(get, never)).rejects.toMatchObject({ reason, sent: true });
});

test("the time of a request is its own, however many are under way", async () => {
  const count = 120;
  const asked: ServerResponse[] = [];
  // Nobody is answered before all have asked: a request that waited for another would never be sent.
  const origin = await plain((_, response) => {
    asked.push(response);
    if (asked.length === count) for (const one of asked) one.end("{}");
  });
  const made = transport(origin, { timeoutMs: 4_000 });
  const sent = Array.from({ length: count }, () => made.send(get, never));
  const statuses = (await Promise.all(sent)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test("an issuing authority can be trusted without its root, and is trusted alone", async () => {
  const issuing = await authority.issueAuthority("issuing");
  const other = await authority.issueAuthority("another one of the same root");
  const ca = issuing.cert;
  const serveAs = async ({ issue, cert }: Authority) => {
    const leaf = await issue({ hosts: ["localhost"] });
    const chain = { key: leaf.key, cert: `${leaf.cert}\n${cert}` };
    return `https://localhost:${await serve(createTlsServer(chain, (_, r) => r.end("{}")))}`;
  };
  const tls = () => ({ ca });
  const known = transport(await serveAs(issuing), { tls });
  expect(await known.send(get, never)).toMatchObject({ status: 200 });
  const unknown = transport(await serveAs(other), { tls });
  await expect(unknown.send(get, never)).rejects.toMatchObject({ reason: "tls_failed" });
});

/** A proxy that makes tunnels, or refuses to. */
async function startProxy(status = 200) {
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on("connect", (request, socket) => {
    const [, port] = (request.url ?? "").split(":");
    asked.push(request.url ?? "");
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\n{}`);
    const tunnel = connect(Number(port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connected\r\n\r\n");
      tunnel.pipe(socket).pipe(tunnel);
    });
    tunnel.on("error", () => socket.destroy());
    socket.on("error", () => tunnel.destroy());
    return undefined;
  });
  return { asked, url: new URL(`http://127.0.0.1:${await serve(proxy)}`) };
}

test("through a proxy, TLS goes to the system itself, and a failed one has sent nothing", async () => {
  const certificate = await authority.issue({ hosts: ["localhost"] });
  const port = await serve(createTlsServer(certificate, (_, response) => response.end("{}")));
  const proxy = await startProxy();
  const ca = authority.cert;
  const through = (tls: TransportOptions["tls"]) =>
    transport(`https://localhost:${port}`, { tls, proxy: proxy.url });
  expect(await through(() => ({ ca })).send(get, never)).toMatchObject({ status: 200 });
  await expect(through(() => ({})).send(get, never)).rejects.toMatchObject({
    reason: "tls_failed",
    sent: false,
  });
  expect(proxy.asked).toEqual([`localhost:${port}`, `localhost:${port}`]);
});

test.each([
  401, 403, 407, 502,
])("a proxy that answers %i instead of making a tunnel is not taken for the system", async (status) => {
  const proxy = await startProxy(status);
  const made = transport("http://product.internal:80", { proxy: proxy.url });
  await expect(made.send(get, never)).rejects.toMatchObject({
    reason: "proxy_refused",
    sent: false,
  });
});

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { request } from "node:https";
import { connect as connectPlain } from "node:net";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Limits, limitsSchema } from "../../../../rotator/config/limits.ts";
import { type Listening, listen } from "../../../../rotator/http/listen.ts";
import { createRotatorLog } from "../../../../rotator/observability/logger.ts";
import { createAuthority } from "../../../harness/pki.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const authority = await createAuthority();
const limits: Limits = limitsSchema.parse({});
const ok: RequestListener = (_request, response) => response.end("ok");

async function serve(
  more: {
    client_ca_file?: string;
    client_names?: string[];
    headers_ms?: number;
    connections?: number;
    files?: Record<string, string>;
  } = {},
) {
  const { cert, key } = await authority.issue({ hosts: ["localhost"] });
  const folder = temporaryFolder({
    "cert.pem": cert,
    "key.pem": key,
    "ca.pem": authority.cert,
    ...more.files,
  });
  const file = (name: string) => join(folder, name);
  const lines: string[] = [];
  const { log } = createRotatorLog({ level: "info", write: (l) => lines.push(l) });
  const tls = { cert_file: file("cert.pem"), key_file: file("key.pem"), reload_seconds: 30 };
  const mutual = more.client_ca_file && {
    client_ca_file: file(more.client_ca_file),
    ...(more.client_names && { client_names: more.client_names }),
  };
  const config = {
    limits: {
      ...limits,
      headers_ms: more.headers_ms ?? limits.headers_ms,
      receive_ms: Math.max(more.headers_ms ?? 0, limits.receive_ms),
      connections: more.connections ?? limits.connections,
    },
    listen: {
      host: "127.0.0.1",
      port: 0,
      path: "/rotate",
      tls: { ...tls, ...mutual },
    },
  };
  const expiries: number[] = [];
  const failures: string[] = [];
  const evicted: string[] = [];
  const listening = await listen(ok, config, log, {
    onServed: ({ expiresAt }) => expiries.push(expiresAt),
    onFailure: () => failures.push("failed"),
    onEvicted: () => evicted.push("evicted"),
  });
  onTestFinished(() => close(listening));
  return { ...listening, folder, lines, file, expiries, failures, evicted };
}

function close({ server }: Listening): void {
  server.close();
  server.closeAllConnections();
}

async function handshake(port: number, options: object = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: "localhost", ca: authority.cert, ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

describe("TLS", () => {
  test("is 1.2 or newer", async () => {
    const { port } = await serve();
    expect((await handshake(port)).getProtocol()).toBe("TLSv1.3");
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" };
    await expect(handshake(port, old)).rejects.toThrow();
  });

  const get = (port: number, credentials: object) =>
    new Promise<number | undefined>((resolve, reject) => {
      request({ port, host: "localhost", ca: authority.cert, ...credentials }, (response) =>
        resolve(response.resume().statusCode),
      )
        .on("error", reject)
        .end();
    });

  test("asks for a client certificate where a CA is configured", async () => {
    const { port, failures } = await serve({ client_ca_file: "ca.pem" });
    expect(await get(port, await authority.issue({ hosts: ["gateway"], client: true }))).toBe(200);
    await expect(get(port, {})).rejects.toThrow();
    const stranger = await createAuthority("another CA");
    const foreign = await stranger.issue({ hosts: ["gateway"], client: true });
    await expect(get(port, foreign)).rejects.toThrow();
    await expect.poll(() => failures).toHaveLength(2);
  });

  test("names the client certificate that it does not trust", async () => {
    const { port, lines } = await serve({ client_ca_file: "ca.pem" });
    const stranger = await createAuthority("another CA");
    const foreign = await stranger.issue({ hosts: ["gateway.example"], client: true });
    await expect(get(port, foreign)).rejects.toThrow();
    await expect.poll(() => lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "warn",
      presented: ["DNS:gateway.example"],
      issuer: expect.stringContaining("another CA"),
      msg: expect.stringContaining("no authority of listen.tls.client_ca_file vouches for it"),
    });
  });

  test("a session that is resumed without a certificate is refused like the first one", async () => {
    const { port } = await serve({ client_ca_file: "ca.pem" });
    const answered = (session?: Buffer) =>
      new Promise<{ readonly text: string; readonly tickets: Buffer[] }>((resolve) => {
        const tickets: Buffer[] = [];
        let text = "";
        const socket = connect({
          port,
          host: "localhost",
          ca: authority.cert,
          ...(session && { session }),
        });
        socket.on("session", (ticket) => tickets.push(ticket)).on("error", () => {});
        socket.on("data", (data) => (text += data)).once("close", () => resolve({ text, tickets }));
        socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      });
    const first = await answered();
    expect(first.text).toBe("");
    for (const ticket of first.tickets) expect((await answered(ticket)).text).toBe("");
  });

  test("an issuing authority may be named without its root", async () => {
    const issuing = await authority.issueAuthority("issuing CA");
    const other = await authority.issueAuthority("other CA");
    const { port } = await serve({ client_ca_file: "int.pem", files: { "int.pem": issuing.cert } });
    expect(await get(port, await issuing.issue({ hosts: ["gateway"], client: true }))).toBe(200);
    const foreign = await other.issue({ hosts: ["gateway"], client: true });
    const chain = { ...foreign, cert: `${foreign.cert}\n${other.cert}` };
    await expect(get(port, chain)).rejects.toThrow();
  });

  test("goes on asking for that CA's certificates when its file is found empty", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const { port, file, lines } = await serve({ client_ca_file: "ca.pem" });
    // To TLS, no authority means every public one.
    writeFileSync(file("ca.pem"), "");
    vi.advanceTimersByTime(30_000);
    expect(lines.join("")).toContain("holds no PEM certificate");
    expect(await get(port, await authority.issue({ hosts: ["gateway"], client: true }))).toBe(200);
    await expect(get(port, {})).rejects.toThrow();
  });

  test("serves only the named among the certificates of that CA", async () => {
    const client_names = ["gateway.internal", "spiffe://prod/gateway"];
    const { port, lines } = await serve({ client_ca_file: "ca.pem", client_names });
    const certificate = (hosts: string[]) => authority.issue({ hosts, client: true });
    expect(await get(port, await certificate(["other", "gateway.internal"]))).toBe(200);
    expect(await get(port, await certificate(["x", "spiffe://prod/gateway"]))).toBe(200);
    for (const hosts of [["web.internal"], ["*.internal"], ["gateway.internal.evil"]])
      await expect(get(port, await certificate(hosts))).rejects.toThrow();
    // One name that pretends to be two.
    await expect(get(port, await certificate(["x, DNS:gateway.internal"]))).rejects.toThrow();
    expect(lines.join("")).toContain('"presented":["DNS:web.internal"]');
  });

  test("ends a connection that never begins", async () => {
    const { port } = await serve({ headers_ms: 50 });
    const socket = connectPlain({ port, host: "localhost" });
    await once(socket, "close");
    expect(socket.bytesWritten).toBe(0);
  });

  test("serves new files when they change, and keeps the old ones when they do not fit", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const { port, file, lines, expiries } = await serve();
    const serial = async () => (await handshake(port)).getPeerCertificate().serialNumber;
    const first = await serial();
    writeFileSync(file("cert.pem"), "half a certif");
    vi.advanceTimersByTime(30_000);
    expect(await serial()).toBe(first);
    expect(lines.join("")).toContain("certificate not reloaded");
    const old = await authority.issue({ hosts: ["localhost"], lifetime: -1_000 });
    writeFileSync(file("cert.pem"), old.cert);
    writeFileSync(file("key.pem"), old.key);
    vi.advanceTimersByTime(30_000);
    expect(await serial()).toBe(first);
    expect(lines.join("")).toContain("cert.pem expired on");
    expect(expiries).toHaveLength(1);
    const next = await authority.issue({ hosts: ["localhost"] });
    writeFileSync(file("cert.pem"), next.cert);
    writeFileSync(file("key.pem"), next.key);
    vi.advanceTimersByTime(30_000);
    expect(await serial()).not.toBe(first);
    expect(lines.join("")).toContain("certificate reloaded");
    expect(expiries.map((at) => at > Date.now())).toEqual([true, true]);
  });
});

test("what a request expects beyond an answer does not lead it past the handler", async () => {
  const { port } = await serve();
  const socket = await handshake(port);
  const answered = once(socket, "data");
  socket.write("GET / HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n");
  expect(String((await answered)[0])).toContain("200 OK");
});

test("a taken port is one sentence with the setting to change", async () => {
  const { port } = await serve();
  const listening = { host: "127.0.0.1", port, path: "/rotate" };
  const { log } = createRotatorLog({ level: "silent" });
  await expect(listen(ok, { limits, listen: listening }, log)).rejects.toMatchObject({
    code: "port_taken",
    message: `Port ${port} of 127.0.0.1 is taken (listen.port).`,
  });
});

test("headers and time are limited", async () => {
  const { server } = await serve();
  expect(server).toMatchObject({
    headersTimeout: limits.headers_ms,
    requestTimeout: limits.receive_ms,
    maxRequestsPerSocket: 100,
  });
});

test("an honest caller gets through ten times as many half-open connections as are allowed", async () => {
  const { port, evicted } = await serve({ connections: 20, headers_ms: 60_000 });
  // Some never begin their handshake, some never send a request.
  for (let count = 0; count < 100; count += 1) {
    const silent = connectPlain({ port, host: "localhost" }).on("error", () => {});
    onTestFinished(() => void silent.destroy());
    await once(silent, "connect");
    const idle = await handshake(port);
    idle.on("error", () => {});
  }
  expect(evicted.length).toBeGreaterThanOrEqual(180);
  const socket = await handshake(port);
  const answered = once(socket, "data");
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  expect(String((await answered)[0])).toContain("200 OK");
});

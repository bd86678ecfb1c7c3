import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createPlainServer, type Server } from "node:net";
import { TLSSocket } from "node:tls";
import { expect, onTestFinished, test, vi } from "vitest";
import { createRemoteValidator } from "../../../../rotator/authentication/validator.ts";
import { reachSystem } from "../../../../rotator/process/reach.ts";
import { systemConfigSchema } from "../../../../rotator/systems/config.ts";
import { createAuthority } from "../../../harness/pki.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const authority = await createAuthority();

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function reach(change: object, host = "localhost"): Promise<string> {
  const pair = await authority.issue({ hosts: ["localhost", "127.0.0.1"] });
  const port = await listen(createTlsServer(pair));
  const directory = temporaryFolder({ "ca.pem": authority.cert });
  const config = systemConfigSchema.parse({
    type: "http",
    recipe: "grafana",
    origin: `https://${host}:${port}`,
    ca_file: "ca.pem",
    ...change,
  });
  return reachSystem("app", config, { directory }).then(
    () => "reached",
    (error) => error.message,
  );
}

test("a system is reached only where it may be, and with the certificate that it must have", async () => {
  expect(await reach({})).toBe("reached");
  expect(await reach({ allowed_networks: ["127.0.0.0/8", "::1"] })).toBe("reached");
  expect(await reach({ allowed_networks: ["10.0.0.0/8"] })).toMatch(
    /an address that is not allowed/,
  );
  expect(await reach({ server_name: "other.internal" })).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID/);
});

test("a system that wants a client certificate is shown it", async () => {
  const pair = await authority.issue({ hosts: ["localhost"] });
  const client = await authority.issue({ hosts: ["rotator"], client: true });
  const mutual = { ...pair, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
  // Up to TLS 1.2 a client learns during the handshake that it was refused.
  const port = await listen(createTlsServer({ ...mutual, maxVersion: "TLSv1.2" }));
  const directory = temporaryFolder({
    "ca.pem": authority.cert,
    "cert.pem": client.cert,
    "key.pem": client.key,
  });
  const parse = (files: object) =>
    systemConfigSchema.parse({
      type: "http",
      recipe: "grafana",
      origin: `https://localhost:${port}`,
      ca_file: "ca.pem",
      ...files,
    });
  const files = { client_certificate_file: "cert.pem", client_key_file: "key.pem" };
  expect(await reachSystem("app", parse(files), { directory })).toBe(true);
  await expect(reachSystem("app", parse({}), { directory })).rejects.toThrow(/ALERT/);
});

test("a PostgreSQL server is reached only with the certificate that it must have", async () => {
  const { cert, key } = await authority.issue({ hosts: ["localhost"] });
  const answering = (answer: string) =>
    createPlainServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => {
        socket.write(answer);
        if (answer === "S")
          new TLSSocket(socket, { isServer: true, cert, key }).on("error", () => {});
      });
    });
  const other = await createAuthority("another");
  const directory = temporaryFolder({ "ca.pem": authority.cert, "other.pem": other.cert });
  const reached = async (server: Server, change: object = {}) => {
    const config = { type: "postgres", host: "localhost", ca_file: "ca.pem", ...change };
    const system = systemConfigSchema.parse({ ...config, port: await listen(server) });
    return reachSystem("db", system, { directory }).then(String, ({ message }) => message);
  };
  expect(await reached(answering("S"))).toBe("true");
  expect(await reached(answering("S"), { ca_file: "other.pem" })).toMatch(/set ca_file/);
  expect(await reached(answering("N"))).toMatch(/it speaks no TLS there/);
});

test("a system without a name is reached without a warning of Node.js", async () => {
  const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  onTestFinished(() => warned.mockRestore());
  expect(await reach({}, "127.0.0.1")).toBe("reached");
  expect(warned).not.toHaveBeenCalled();
});

test("the shared lock is reached too", async () => {
  const port = await listen(createServer());
  const lock = { type: "postgres", host: "127.0.0.1", plaintext: true, username: "locks" } as const;
  const common = { database: "postgres", timeout_ms: 1_000 };
  const reached = reachSystem("The lock", { ...lock, ...common, port }, { directory: "/" });
  expect(await reached).toBe(true);
});

test("an endpoint that does not validate is told from one that refuses an empty question", async () => {
  const asked = async (handler: RequestListener) => {
    const port = await listen(createServer(handler));
    const validator = createRemoteValidator(`http://127.0.0.1:${port}/v`, { connections: 1 });
    onTestFinished(() => validator.close());
    return validator.reach().then(
      () => "reached",
      (error) => error.message,
    );
  };
  const answer =
    (status: number): RequestListener =>
    (_request, response) =>
      response.writeHead(status, { location: "/" }).end();
  expect(await asked(answer(400))).toBe("reached");
  expect(await asked(answer(404))).toMatch(/^It answers 404 at this path/);
  expect(await asked(answer(302))).toMatch(/^It answers 302 at this path/);
  expect(await asked(answer(503))).toMatch(/^It answers 503 at this path/);
  expect(await asked((request) => request.destroy())).toMatch(/^It could not be asked \(E/);
});

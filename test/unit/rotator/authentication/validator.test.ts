import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createRemoteValidator } from "../../../../rotator/authentication/validator.ts";
import { listenOnLoopback } from "../../../harness/loopback.ts";
import { createAuthority } from "../../../harness/pki.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const QUESTION = { token: "a.b.c", accessId: "p-gateway", item: "/prod/app", until: 0 };

async function answering(listener: RequestListener) {
  const server = await listenOnLoopback(listener);
  const validator = createRemoteValidator(server.url, { connections: 2 });
  onTestFinished(async () => {
    validator.close();
    await server.stop();
  });
  return validator;
}

const answer =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);

describe("the validator", () => {
  test("asks as documented and believes a 200 with an access id", async () => {
    let body = "";
    const validator = await answering(async (request, response) => {
      for await (const chunk of request) body += chunk;
      response.end('{"access_id":"p-gateway","sub_claims":null}');
    });
    expect(await validator.validate(QUESTION)).toEqual({ genuine: true, accessId: "p-gateway" });
    expect(JSON.parse(body)).toEqual({
      creds: "a.b.c",
      expected_access_id: "p-gateway",
      expected_item_name: "/prod/app",
    });
  });

  test.each([400, 401, 403, 422])("takes %i for a refusal", async (status) => {
    const validator = await answering(answer(status, '{"error":"no"}'));
    expect(await validator.validate(QUESTION)).toEqual({ genuine: false });
  });

  test.each<[string, RequestListener]>([
    ["an error", answer(500, "")],
    ["too many requests", answer(429, "")],
    ["another place", answer(404, "")],
    ["a success that is no 200", answer(204, "")],
    ["a redirect, which is not followed", answer(302, "", { location: "http://127.0.0.1:1/" })],
    ["a 200 without JSON", answer(200, "ok")],
    ["a 200 without access id", answer(200, "{}")],
    ["a 200 with an access id of another type", answer(200, '{"access_id":1}')],
    ["a huge answer", answer(200, `{"access_id":"p-gateway","x":"${"x".repeat(70_000)}"}`)],
    [
      "a cut answer",
      (_request, response) => {
        response.writeHead(200, { "content-length": "100" }).write("{");
        response.socket?.destroy();
      },
    ],
  ])("has no verdict after %s", async (_name, listener) => {
    const validator = await answering(listener);
    await expect(validator.validate(QUESTION)).rejects.toMatchObject({
      code: "validator_unavailable",
    });
  });

  test("has no verdict when the time is up", async () => {
    const server = await listenOnLoopback(() => {});
    const validator = createRemoteValidator(server.url, { connections: 1, timeoutMs: 30 });
    onTestFinished(() => server.stop());
    await expect(validator.validate(QUESTION)).rejects.toMatchObject({
      code: "validator_unavailable",
    });
  });

  test("has no verdict when the answer begins and does not end in time", async () => {
    const server = await listenOnLoopback((_request, response) => {
      response.writeHead(200).write('{"access_id":');
    });
    const validator = createRemoteValidator(server.url, { connections: 1, timeoutMs: 200 });
    onTestFinished(() => server.stop());
    await expect(validator.validate(QUESTION)).rejects.toMatchObject({
      code: "validator_unavailable",
    });
  });

  test("uses a connection again, and asks anew where it was closed in the meantime", async () => {
    const ports: (number | undefined)[] = [];
    const server = createServer((request, response) => {
      ports.push(request.socket.remotePort);
      response.end('{"access_id":"p-gateway"}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const validator = createRemoteValidator(`http://127.0.0.1:${port}`, { connections: 1 });
    onTestFinished(async () => {
      validator.close();
      server.close();
    });
    await validator.validate(QUESTION);
    await validator.validate(QUESTION);
    expect(ports[1]).toBe(ports[0]);
    server.closeAllConnections();
    expect(await validator.validate(QUESTION)).toMatchObject({ genuine: true });
    expect(ports[2]).not.toBe(ports[0]);
  });

  test("tries a failed connection once more", async () => {
    const cut: Socket[] = [];
    const server = createServer((_request, response) => response.end('{"access_id":"p-gateway"}'));
    server.on("connection", (socket) => {
      if (cut.length === 0) cut.push(socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const validator = createRemoteValidator(`http://127.0.0.1:${port}`, { connections: 1 });
    onTestFinished(async () => {
      validator.close();
      server.close();
    });
    expect(await validator.validate(QUESTION)).toMatchObject({ genuine: true });
    expect(cut).toHaveLength(1);
  });

  test("never asks without a certificate that it trusts, nor over TLS 1.1", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    onTestFinished(() => void vi.unstubAllEnvs());
    const authority = await createAuthority();
    const certificate = await authority.issue({ hosts: ["localhost"] });
    const caFile = join(temporaryFolder({ "ca.pem": authority.cert }), "ca.pem");
    let asked = 0;
    const listener: RequestListener = (_request, response) => {
      asked += 1;
      response.setHeader("connection", "close").end('{"access_id":"p-gateway"}');
    };
    const versions = { minVersion: "TLSv1", maxVersion: "TLSv1.1" } as const;
    const old = { ...certificate, ...versions, ciphers: "DEFAULT@SECLEVEL=0" };
    for (const [tls, options] of [
      [certificate, {}],
      [old, { caFile }],
    ] as const) {
      const server = createTlsServer(tls, listener).listen(0, "localhost");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const url = `https://localhost:${port}`;
      const validator = createRemoteValidator(url, { ...options, connections: 1 });
      onTestFinished(() => {
        validator.close();
        server.close();
      });
      await expect(validator.validate(QUESTION)).rejects.toMatchObject({
        code: "validator_unavailable",
      });
    }
    expect(asked).toBe(0);
  });

  test("trusts the authority in the configured file only, also when it is renewed", async () => {
    const authority = await createAuthority();
    const certificate = await authority.issue({ hosts: ["localhost"] });
    const server = await listenOnLoopback(
      (_request, response) =>
        response.setHeader("connection", "close").end('{"access_id":"p-gateway"}'),
      { certificate },
    );
    const folder = temporaryFolder({ "ca.pem": (await createAuthority()).cert });
    const caFile = join(folder, "ca.pem");
    const validator = createRemoteValidator(server.url, { caFile, connections: 1 });
    onTestFinished(async () => {
      validator.close();
      await server.stop();
    });
    const refused = { code: "validator_unavailable" };
    await expect(validator.validate(QUESTION)).rejects.toMatchObject(refused);
    writeFileSync(caFile, authority.cert);
    expect(await validator.validate(QUESTION)).toMatchObject({ genuine: true });
    // Empty, it must not mean every public authority.
    writeFileSync(caFile, "");
    await expect(validator.validate(QUESTION)).rejects.toMatchObject(refused);
  });
});

import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { exchange } from "../../../common/http-client.ts";
import { createAgent, proxyFor } from "../../../common/proxy.ts";
import { createAuthority } from "../../harness/pki.ts";

const AKEYLESS = "https://auth.akeyless.io/validate";
const PROXY = "http://proxy.corp:3128";

test.each<[string, string, Record<string, string>, string | undefined, string | undefined]>([
  ["nothing is set", AKEYLESS, {}, undefined, undefined],
  ["the environment names one", AKEYLESS, { HTTPS_PROXY: PROXY }, undefined, "proxy.corp:3128"],
  ["in small letters", AKEYLESS, { https_proxy: PROXY }, undefined, "proxy.corp:3128"],
  ["without a scheme", AKEYLESS, { HTTPS_PROXY: "proxy.corp:3128" }, undefined, "proxy.corp:3128"],
  ["for another scheme only", AKEYLESS, { HTTP_PROXY: PROXY }, undefined, undefined],
  ["with something else in it", AKEYLESS, { HTTPS_PROXY: "http://" }, undefined, undefined],
  ["the configuration says otherwise", AKEYLESS, { HTTPS_PROXY: PROXY }, "http://b:1", "b:1"],
  ["the configuration wants none", AKEYLESS, { HTTPS_PROXY: PROXY }, "none", undefined],
  ["for this machine", "https://127.0.0.1:1/", { HTTPS_PROXY: PROXY }, undefined, undefined],
])("the proxy where %s", (_name, url, environment, configured, expected) => {
  expect(proxyFor(new URL(url), environment, configured)?.host).toBe(expected);
});

test.each<[string, boolean]>([
  ["auth.akeyless.io", true],
  [".akeyless.io", true],
  ["akeyless.io", true],
  ["*.akeyless.io", true],
  ["other.example, AUTH.akeyless.io", true],
  ["auth.akeyless.io:443", true],
  ["*", true],
  ["auth.akeyless.io:8443", false],
  ["less.io", false],
  ["akeyless.io.example", false],
  ["", false],
])("NO_PROXY=%s leads past the proxy: %s", (list, direct) => {
  const environment = { HTTPS_PROXY: PROXY, NO_PROXY: list };
  expect(proxyFor(new URL(AKEYLESS), environment) === undefined).toBe(direct);
});

test("a request through a proxy is a tunnel, in which TLS is verified as without it", async () => {
  const authority = await createAuthority();
  const listening = async (server: ReturnType<typeof createServer>) => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close().closeAllConnections());
    return (server.address() as AddressInfo).port;
  };
  const certificate = await authority.issue({ hosts: ["auth.example"] });
  const target = createTlsServer(certificate, (_request, response) => response.end("hello"));
  const port = await listening(target);
  const tunnels: (string | undefined)[] = [];
  const proxy = createServer().on("connect", ({ url }, socket) => {
    tunnels.push(url);
    const through = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      through.pipe(socket).pipe(through);
    });
    for (const end of [socket, through]) end.on("error", () => {});
  });
  const proxyUrl = new URL(`http://127.0.0.1:${await listening(proxy)}`);
  const get = (host: string) => {
    const url = new URL(`https://${host}/`);
    const agent = createAgent(url, { keepAlive: true }, proxyUrl);
    onTestFinished(() => agent.destroy());
    const signal = AbortSignal.timeout(5_000);
    const tls = { ca: authority.cert };
    return exchange(url, { method: "GET", headers: {}, agent, tls, signal, maxBytes: 100 });
  };
  expect(await get("auth.example")).toMatchObject({ status: 200, text: "hello" });
  await expect(get("other.example")).rejects.toMatchObject({
    code: "ERR_TLS_CERT_ALTNAME_INVALID",
  });
  expect(tunnels).toEqual(["auth.example:443", "other.example:443"]);
});

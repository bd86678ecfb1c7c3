import { Agent } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { ExchangeError, exchange } from "../../../common/http-client.ts";

/** What a broken or hostile server does after a request has come, one after the other. */
const ACTIONS = {
  status: (socket: Socket) => socket.write("HTTP/1.1 200 OK\r\n"),
  length: (socket: Socket) => socket.write("Content-Length: 4\r\n"),
  chunked: (socket: Socket) => socket.write("Transfer-Encoding: chunked\r\n"),
  close: (socket: Socket) => socket.write("Connection: close\r\n"),
  blank: (socket: Socket) => socket.write("\r\n"),
  body: (socket: Socket) => socket.write("{}  "),
  chunk: (socket: Socket) => socket.write("2\r\n{}\r\n0\r\n\r\n"),
  early: (socket: Socket) => socket.write("HTTP/1.1 103 Early Hints\r\n\r\n"),
  upgrade: (socket: Socket) =>
    socket.write("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
  redirect: (socket: Socket) =>
    socket.write("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
  twice: (socket: Socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".repeat(2)),
  header: (socket: Socket) => socket.write(`X: ${"x".repeat(20_000)}\r\n`),
  garbage: (socket: Socket) => socket.write(Buffer.from([0, 255, 13, 10, 1])),
  flood: (socket: Socket) => socket.write("x".repeat(100_000)),
  wait: () => delay(5),
  end: (socket: Socket) => socket.end(),
  reset: (socket: Socket) => socket.resetAndDestroy(),
} satisfies Record<string, (socket: Socket) => unknown>;
const actions = Object.keys(ACTIONS) as (keyof typeof ACTIONS)[];

const inTime = <T>(work: Promise<T>) =>
  Promise.race([
    work,
    delay(20_000, undefined, { ref: false }).then(() => Promise.reject(new Error("it hangs"))),
  ]);

test("whatever a server does, a request ends in an answer or an error, in time, and leaves nothing", async () => {
  let script: readonly (keyof typeof ACTIONS)[] = [];
  let requests = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    socket.once("data", async () => {
      requests += 1;
      for (const action of script) if (!socket.destroyed) await ACTIONS[action](socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const agent = new Agent({ keepAlive: true, timeout: 1_000, maxSockets: 4 });
  onTestFinished(() => {
    agent.destroy();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const send = () =>
    exchange(url, {
      method: "POST",
      headers: {},
      body: "{}",
      agent,
      signal: AbortSignal.timeout(25),
      maxBytes: 1_000,
    });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...actions), { maxLength: 8 }), async (steps) => {
      script = steps;
      requests = 0;
      const [one] = await Promise.allSettled([inTime(send())]);
      // Never a second time, and never to another place.
      expect(requests).toBeLessThanOrEqual(1);
      if (one.status === "fulfilled") expect(one.value.text.length).toBeLessThanOrEqual(1_000);
      else expect(one.reason).toBeInstanceOf(ExchangeError);
      // A connection that was in doubt is not used again: each script meets a fresh one.
      for (const socket of sockets) socket.destroy();
      await delay(1);
    }),
    { numRuns: 200 },
  );
  await delay(20);
  const { sockets: used, freeSockets, requests: waiting } = agent;
  expect({ ...used, ...freeSockets, ...waiting }).toEqual({});
});

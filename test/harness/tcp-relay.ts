import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** Stands between a client and a real server, so that a test can disturb the line. */
export interface TcpRelay {
  readonly port: number;
  /** How many bytes the server has answered since the start. */
  answered(): number;
  /** Ends every connection and turns new ones away before a byte gets through. */
  cut(): void;
  /** Cuts when the server has answered so many bytes from now; they do not get through whole. */
  cutAfter(bytes: number): void;
  /** Holds each part of an answer for so many milliseconds. */
  slowDown(milliseconds: number): void;
  /** Lets everything through again. */
  restore(): void;
  stop(): Promise<void>;
}

/** Where a server is. */
export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** Relays a loopback port, `port` or any free one, to a port of this machine or to an address. */
export async function startTcpRelay(target: number | TcpAddress, port = 0): Promise<TcpRelay> {
  const address = typeof target === "number" ? { host: "127.0.0.1", port: target } : target;
  const open = new Set<Socket>();
  let whole = true;
  let answered = 0;
  let cutAt = Number.POSITIVE_INFINITY;
  let delay = 0;
  const cut = () => {
    whole = false;
    for (const socket of open) socket.destroy();
  };
  const pass = async (chunk: Buffer, client: Socket) => {
    if (delay > 0) await pause(delay, undefined, { ref: false });
    client.write(chunk);
  };
  const server = createServer((client) => {
    if (!whole) return client.destroy();
    const upstream = connect(address);
    /** What was answered and is on its way. */
    let way = Promise.resolve();
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
    }
    client.on("error", () => upstream.destroy());
    client.on("close", () => upstream.destroy());
    client.pipe(upstream);
    upstream.on("data", (chunk: Buffer) => {
      answered += chunk.length;
      if (answered >= cutAt) cut();
      else way = way.then(() => pass(chunk, client));
    });
    upstream.on("error", () => client.destroy());
    upstream.on("end", () => void way.then(() => client.end()));
    upstream.on("close", () => void way.then(() => client.destroySoon()));
    return undefined;
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    answered: () => answered,
    cut,
    cutAfter: (bytes) => {
      cutAt = answered + bytes;
    },
    slowDown: (milliseconds) => {
      delay = milliseconds;
    },
    restore: () => {
      whole = true;
      cutAt = Number.POSITIVE_INFINITY;
      delay = 0;
    },
    async stop() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

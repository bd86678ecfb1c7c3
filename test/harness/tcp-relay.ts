import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Stands between a client and a real server, so that a test can cut the line. */
export interface TcpRelay {
  readonly port: number;
  /** Ends every connection and turns new ones away before a byte gets through. */
  cut(): void;
  restore(): void;
  stop(): Promise<void>;
}

/** Relays a loopback port to another one. */
export async function startTcpRelay(target: number): Promise<TcpRelay> {
  const open = new Set<Socket>();
  let whole = true;
  const server = createServer((client) => {
    if (!whole) return client.destroy();
    const upstream = connect(target, "127.0.0.1");
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    whole = false;
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    restore: () => {
      whole = true;
    },
    async stop() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

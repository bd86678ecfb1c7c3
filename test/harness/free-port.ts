import { createServer } from "node:net";

/**
 * Systems give out ports from 32768 on, to connections and to servers that ask for port 0. Below, a port
 * stays free until the server that it is meant for binds it. Each process begins at another place.
 */
const [FIRST, LAST] = [15_000, 32_000];
let next = FIRST + ((process.pid * 61) % (LAST - FIRST));

/** A free loopback port, for servers that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next = port < LAST ? port + 1 : FIRST;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

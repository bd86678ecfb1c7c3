import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { KeyPair } from "../../../../harness/key-pair.ts";

/** A server that says what a test wants, PostgreSQL or not. */
export interface ScriptedServer {
  readonly port: number;
  /** What it answers on each connection, in turn; then it is silent. */
  script: readonly Uint8Array[];
  /** Whether it hangs up after the last answer. */
  hangsUp: boolean;
  /** Connections that the client has not closed. */
  readonly open: ReadonlySet<Socket>;
  stop(): Promise<void>;
}

const SSL_REQUEST_BYTES = 8;

/** Starts a server on a loopback port; with a certificate it begins with TLS, as PostgreSQL does. */
export async function startScriptedServer(certificate?: KeyPair): Promise<ScriptedServer> {
  const open = new Set<Socket>();
  const answer = (stream: Duplex) => {
    let turn = 0;
    const asks = questions();
    stream.on("error", () => {});
    stream.on("data", (chunk: Buffer) => {
      for (let left = asks(chunk); left > 0; left--) {
        const bytes = state.script[turn++];
        if (bytes !== undefined) stream.write(bytes);
        if (state.hangsUp && turn >= state.script.length) stream.end();
      }
    });
  };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => open.delete(socket));
    if (certificate === undefined) return answer(socket);
    socket.once("readable", () => {
      socket.read(SSL_REQUEST_BYTES);
      socket.write("S");
      answer(new TLSSocket(socket, { isServer: true, ...certificate }));
    });
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const state = {
    port: (server.address() as AddressInfo).port,
    script: [] as readonly Uint8Array[],
    hangsUp: false,
    open,
    stop: () => {
      for (const socket of open) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return state;
}

/** Counts what wants an answer: the start, a password, a statement, a synchronization. */
function questions(): (chunk: Buffer) => number {
  let pending = Buffer.alloc(0);
  let typed = 0;
  return (chunk) => {
    let count = 0;
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= typed + 4) {
      const size = typed + pending.readUInt32BE(typed);
      if (pending.length < size) break;
      if (typed === 0 || "pQS".includes(String.fromCharCode(pending.readUInt8()))) count++;
      typed = 1;
      pending = pending.subarray(size);
    }
    return count;
  };
}

/** A message of PostgreSQL's protocol. */
export function message(type: string, ...body: (string | Uint8Array)[]): Buffer {
  const bytes = Buffer.concat(body.map((part) => Buffer.from(part as string)));
  return Buffer.concat([Buffer.from(type), int32(bytes.length + 4), bytes]);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** What a server says to a login that it takes without a password, and after each statement. */
export const READY = message("Z", "I");
export const LOGGED_IN = Buffer.concat([message("R", int32(0)), READY]);
export const ALTERED = Buffer.concat([message("C", "ALTER ROLE\0"), READY]);
export const report = (code: string, text = "text") =>
  message("E", `SFATAL\0VFATAL\0C${code}\0M${text}\0\0`);

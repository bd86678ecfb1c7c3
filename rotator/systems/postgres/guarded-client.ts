import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Client, type ClientConfig } from "pg";
import { expectedAnswers } from "./answers.ts";

/** pg's client without what it leaves to the good will of its server. */
export class GuardedClient extends Client {
  readonly #socket: Socket;
  readonly #goodbyeMs: number;

  constructor(socket: Socket, goodbyeMs: number, config: ClientConfig) {
    super({ ...config, stream: () => socket });
    this.#socket = socket;
    this.#goodbyeMs = goodbyeMs;
    // Undocumented, but the one place where pg meets the server's bytes, with TLS and without.
    const { connection } = this as unknown as { connection: Attaching };
    const attach = connection.attachListeners.bind(connection);
    connection.attachListeners = (stream) => attach(expectedAnswers(stream as Duplex));
  }

  /** Says goodbye, and hangs up by itself when the server does not. */
  override async end(): Promise<void> {
    const hangUp = setTimeout(() => this.#socket.destroy(), this.#goodbyeMs);
    await super.end().finally(() => clearTimeout(hangUp));
  }
}

interface Attaching {
  /** Parses what the stream emits as `data`; uses nothing else of it but its `end`. */
  attachListeners(stream: EventEmitter): void;
}

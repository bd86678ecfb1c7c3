import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Client, type ClientConfig } from "pg";
import { KitError } from "../../../common/errors/kit-error.ts";
import { expectedAnswers } from "./answers.ts";

/** pg's client without what it leaves to the good will of its server. */
export class GuardedClient extends Client {
  readonly #socket: Socket;
  readonly #goodbyeMs: number;

  constructor(socket: Socket, goodbyeMs: number, config: ClientConfig) {
    super({ ...config, stream: () => socket });
    this.#socket = socket;
    this.#goodbyeMs = goodbyeMs;
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

/**
 * Sees that the installed pg has what answers are checked by. It is not documented, but the one place
 * where pg meets the server's bytes, with TLS and without; so pg's version is pinned, and this is
 * looked for before anything is connected to.
 *
 * @throws KitError system_config_invalid
 */
export function requireHook(client: object = new Client()): void {
  const { connection } = client as { connection?: Partial<Attaching> };
  if (typeof connection?.attachListeners === "function") return;
  throw new KitError("system_config_invalid", {
    problem:
      "The installed version of pg is not the one that the rotator was made for: install the version that its package.json names.",
  });
}

interface Attaching {
  /** Parses what the stream emits as `data`; uses nothing else of it but its `end`. */
  attachListeners(stream: EventEmitter): void;
}

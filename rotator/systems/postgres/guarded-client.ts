import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Client, type ClientConfig } from "pg";
import { KitError } from "../../../common/errors/kit-error.ts";
import { expectedAnswers } from "./answers.ts";
import { isUsedAsItIs } from "./preparation.ts";
import { scramProof } from "./scram.ts";

/** pg's client without what it leaves to the good will of its server, and with libpq's passwords. */
export class GuardedClient extends Client {
  readonly #socket: Socket;
  readonly #goodbyeMs: number;

  constructor(socket: Socket, goodbyeMs: number, config: ClientConfig & { password: string }) {
    super({ ...config, stream: () => socket });
    this.#socket = socket;
    this.#goodbyeMs = goodbyeMs;
    const internals = this as unknown as Internals;
    const { connection } = internals;
    const attach = connection.attachListeners.bind(connection);
    connection.attachListeners = (stream) => attach(expectedAnswers(stream as Duplex));
    if (isUsedAsItIs(config.password)) proveAsItIs(internals, config.password);
  }

  /** Says goodbye, and hangs up by itself when the server does not. */
  override async end(): Promise<void> {
    const hangUp = setTimeout(() => this.#socket.destroy(), this.#goodbyeMs);
    await super.end().finally(() => clearTimeout(hangUp));
  }
}

/** Puts the proof of the unprepared password where pg has put that of the prepared one. */
function proveAsItIs(client: Internals, password: string): void {
  const { connection } = client;
  const send = connection.sendSCRAMClientFinalMessage.bind(connection);
  let serverFirst = "";
  connection.on("authenticationSASLContinue", ({ data }: { data: string }) => {
    serverFirst = data;
  });
  connection.sendSCRAMClientFinalMessage = (prepared) => {
    const { clientNonce } = client.saslSession;
    const withoutProof = prepared.replace(/,p=[^,]*$/, "");
    scramProof(password, { clientNonce, serverFirst, withoutProof }).then(
      ({ response, serverSignature }) => {
        client.saslSession.serverSignature = serverSignature;
        send(response);
      },
      (error: unknown) => connection.emit("error", error),
    );
  };
}

/**
 * Sees that the installed pg has what answers are checked and unprepared passwords are proved by. It is
 * not documented, but the one place where pg meets the server's bytes, with TLS and without; so pg's
 * version is pinned, and this is looked for before anything is connected to.
 *
 * @throws KitError system_config_invalid
 */
export function requireHook(client: object = new Client()): void {
  const { connection } = client as { connection?: Partial<Internals["connection"]> };
  const hooks = [connection?.attachListeners, connection?.sendSCRAMClientFinalMessage];
  if (hooks.every((hook) => typeof hook === "function")) return;
  throw new KitError("system_config_invalid", {
    problem:
      "The installed version of pg is not the one that the rotator was made for: install the version that its package.json names.",
  });
}

/** What the rotator uses of pg beyond its documentation. */
interface Internals {
  readonly connection: EventEmitter & {
    /** Parses what the stream emits as `data`; uses nothing else of it but its `end`. */
    attachListeners(stream: EventEmitter): void;
    sendSCRAMClientFinalMessage(response: string): void;
  };
  /** The login in hand; pg compares the server's last answer with `serverSignature`. */
  readonly saslSession: { readonly clientNonce: string; serverSignature: string };
}

import { Agent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { readAuthorities } from "../../common/certificates.ts";
import type { Clock } from "../../common/clock.ts";
import { defined } from "../../common/defined.ts";
import { ExchangeError, exchange } from "../../common/http-client.ts";
import { guardedLookup } from "../systems/addresses.ts";
import { runChild } from "../systems/command/run.ts";
import type { NotifyConfig } from "./config.ts";
import { type Message, signatureOf } from "./message.ts";

/** One attempt. Resolves to why it failed, as a short word, or to nothing. Never throws. */
export type Deliver = (message: Message) => Promise<string | undefined>;

/** More of a receiver's answer is not read; nothing in it counts but the status. */
const MAX_ANSWER_BYTES = 65_536;

/** Delivers by webhook or command, as the configuration says. */
export function createDeliver(config: NotifyConfig, secret: string, clock: Clock): Deliver {
  const send = config.url === undefined ? toCommand(config) : toUrl(config.url, config);
  return (message) => {
    const body = JSON.stringify(message);
    return send(body, { id: message.id, signature: signatureOf(body, secret, clock.now()) });
  };
}

type Send = (
  body: string,
  head: { readonly id: string; readonly signature: string },
) => Promise<string | undefined>;

function toUrl(address: string, { ca_file: caFile, timeout_ms: timeoutMs }: NotifyConfig): Send {
  const url = new URL(address);
  const agent = url.protocol === "https:" ? new TlsAgent() : new Agent();
  return async (body, { id, signature }) => {
    try {
      const ca = caFile === undefined ? undefined : readAuthorities(caFile);
      const { status } = await exchange(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "rotation-kit-delivery": id,
          "rotation-kit-signature": signature,
        },
        body,
        agent,
        tls: defined({ ca }),
        lookup: guardedLookup(undefined),
        signal: AbortSignal.timeout(timeoutMs),
        timeoutMs,
        maxBytes: MAX_ANSWER_BYTES,
      });
      return status >= 200 && status < 300 ? undefined : `status_${status}`;
    } catch (error) {
      return error instanceof ExchangeError ? error.code || "no_answer" : "no_answer";
    }
  };
}

function toCommand({ command = "", timeout_ms: timeoutMs }: NotifyConfig): Send {
  return async (body, { id, signature }) => {
    const options = {
      ...{ command, arguments: [], workingDirectory: "/", timeoutMs },
      environment: { ROTATION_KIT_DELIVERY: id, ROTATION_KIT_SIGNATURE: signature },
      maxOutputBytes: MAX_ANSWER_BYTES,
    };
    const ran = await runChild(options, body, AbortSignal.timeout(timeoutMs));
    if (ran.ended !== "exit") return ran.ended;
    return ran.code === 0 ? undefined : `exit_${ran.code}`;
  };
}

import type { ChangeView, SnapshotView } from "../views.ts";

/** What the gateway tells. */
export interface Listener {
  snapshot(snapshot: SnapshotView): void;
  change(change: ChangeView): void;
  /** The connection is there, or was lost and is tried again. */
  connected(connected: boolean): void;
  /** The token is not the gateway's. */
  refused(): void;
}

/** The gateway that served this page. */
export class GatewayConnection {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  /** Calls a control endpoint; rejects with the gateway's own sentence. */
  async call(method: "POST" | "DELETE", path: string, body?: object): Promise<unknown> {
    const response = await this.#fetch(path, {
      method,
      headers: { "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer: { error?: string } = await response.json();
    if (response.ok) return answer;
    throw new Error(answer.error ?? `status ${response.status}`);
  }

  /** Follows what happens, for ever; resolves when the token is refused. */
  async follow(listener: Listener): Promise<void> {
    for (let wait = 500; ; wait = Math.min(wait * 2, 5_000)) {
      try {
        const response = await this.#fetch("/stream", {});
        if (response.status === 401) return listener.refused();
        if (response.ok && response.body) {
          wait = 500;
          listener.connected(true);
          await readEvents(response.body, listener);
        }
      } catch {
        // The gateway is not there: tried again below.
      }
      listener.connected(false);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, "x-emulator-token": this.#token };
    return fetch(`/_emulator${path}`, { ...init, headers, cache: "no-store" });
  }
}

/** Server-sent events, read by `fetch`: an EventSource can send no header, and the token is one. */
async function readEvents(body: ReadableStream<Uint8Array>, listener: Listener): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>);
  let rest = "";
  for await (const text of reader) {
    const events = (rest + text).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      const [name = "", data = ""] = event.split("\n").map((line) => line.replace(/^\w+: /, ""));
      if (name === "snapshot") listener.snapshot(JSON.parse(data));
      else if (name === "change") listener.change(JSON.parse(data));
    }
  }
}

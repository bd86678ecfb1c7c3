import { SecretTraces, type Trace } from "./secret-traces.ts";

/** How long the traces of a request are kept at least, in milliseconds. */
const KEPT_MS = 60_000;
/** Traces of that time; with more of them, the older ones are dropped before their time. */
const MAX_TRACES = 20_000;

/** Traces of the secrets of requests that ended one to two minutes ago at most. */
export class EndedRequests {
  #young = new SecretTraces();
  #old = new SecretTraces();
  #ageing = false;

  add(traces: readonly Trace[]): void {
    this.#young.add(traces);
    if (this.#young.size > MAX_TRACES) this.#turn();
    if (!this.#ageing) this.#age();
  }

  traces(): SecretTraces[] {
    return [this.#old, this.#young];
  }

  #turn(): void {
    this.#old = this.#young;
    this.#young = new SecretTraces();
  }

  #age(): void {
    this.#ageing = this.#old.size + this.#young.size > 0;
    if (!this.#ageing) return;
    setTimeout(() => {
      this.#turn();
      this.#age();
    }, KEPT_MS).unref();
  }
}

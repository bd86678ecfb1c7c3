/** The answers to each request, from any rotator. */
export class AnswerRecord {
  readonly #first = new Map<string, string>();
  readonly #codes: Record<string, number> = {};
  #rotated = 0;
  #repeated = 0;
  #differing = 0;

  /** Notes an answer. Two rotators may differ in the time they write, and in what is sealed with it. */
  note(request: string, status: number, answer: string): void {
    if (status !== 200) {
      const code = /"code":"([a-z_]+)"/.exec(answer)?.[1] ?? String(status);
      this.#codes[code] = (this.#codes[code] ?? 0) + 1;
      return;
    }
    const { _rotation, ...fields } = JSON.parse(JSON.parse(answer).payload);
    const { at: _at, prev: _prev, ...state } = _rotation;
    const essence = JSON.stringify([fields, state]);
    const first = this.#first.get(request);
    if (first === undefined) this.#first.set(request, essence);
    this.#rotated += 1;
    if (first !== undefined) this.#repeated += 1;
    if (first !== undefined && first !== essence) this.#differing += 1;
  }

  report() {
    return {
      answers: this.#rotated,
      /** AnswerRecord to a request that had been answered before. */
      answered_again: this.#repeated,
      /** Those that did not say the same as the first time. */
      answered_differently: this.#differing,
      refused: this.#codes,
    };
  }
}

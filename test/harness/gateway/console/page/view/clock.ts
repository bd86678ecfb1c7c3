import { html, nothing, type TemplateResult } from "lit-html";
import type { SnapshotView } from "../../views.ts";
import type { Actions } from "../actions.ts";
import { moment, until } from "../format.ts";
import { onSubmit } from "./forms.ts";

const UNITS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

/** The gateway's time and what moves it. */
export function clockView(told: SnapshotView, actions: Actions): TemplateResult {
  const { now, speed } = told.clock;
  const planned = told.items.flatMap(({ nextRotation }) => nextRotation ?? []);
  const next = planned.length === 0 ? undefined : Math.min(...planned);
  return html`
    <section class="clock" aria-labelledby="clock">
      <h2 id="clock">Clock</h2>
      <p>
        <time datetime=${new Date(now).toISOString()}>${moment(now)}</time>,
        ${speed === 0 ? "stands still" : `runs ${speed === 1 ? "with this machine's" : `${speed} times as fast`}`}
      </p>
      <form
        @submit=${onSubmit(({ number, text }) =>
          actions.moveClock((number("count") ?? 0) * UNITS[text("unit") as keyof typeof UNITS]),
        )}
      >
        <label>Move ahead by <input name="count" type="number" min="0" step="any" value="1" required /></label>
        <label>
          <span class="unseen">Unit</span>
          <select name="unit">
            ${Object.keys(UNITS).map((unit) => html`<option ?selected=${unit === "days"}>${unit}</option>`)}
          </select>
        </label>
        <button>Move</button>
      </form>
      <div class="buttons">
        ${
          next === undefined
            ? nothing
            : html`<button type="button" @click=${() => actions.moveClock(Math.max(0, next - now + 1_000))}>
                To the next rotation (${until(next, now)})
              </button>`
        }
        ${
          speed === 0
            ? html`<button type="button" @click=${() => actions.runClock(1)}>Run</button>`
            : html`<button type="button" @click=${() => actions.stopClock()}>Stand still</button>`
        }
        <button type="button" @click=${() => actions.runClock(3_600)}>An hour each second</button>
      </div>
    </section>
  `;
}

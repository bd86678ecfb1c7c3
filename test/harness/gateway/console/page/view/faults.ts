import { html, nothing, type TemplateResult } from "lit-html";
import type { ItemView, SnapshotView, WaitingFaultView } from "../../views.ts";
import type { Actions } from "../actions.ts";
import { type FormFields, onSubmit } from "./forms.ts";

/** What can go wrong, and what waits to. */
export function faultsView(
  { faults, waiting }: SnapshotView,
  item: ItemView | undefined,
  actions: Actions,
): TemplateResult {
  const steps = [...new Set(faults.map(({ at }) => at))];
  return html`
    <section aria-labelledby="faults">
      <h2 id="faults">Faults</h2>
      <form @submit=${onSubmit((fields) => actions.switchOnFault(faultOf(fields)))}>
        <label>
          Fault
          <select name="fault">
            ${steps.map(
              (step) => html`<optgroup label=${step}>
                ${faults
                  .filter(({ at }) => at === step)
                  .map(
                    ({ at, name, what }) =>
                      html`<option value="${at} ${name}">${name}: ${what}</option>`,
                  )}
              </optgroup>`,
            )}
          </select>
        </label>
        <label>
          For
          <select name="item">
            <option value="">every item</option>
            ${item ? html`<option value=${item.name}>${item.name}</option>` : nothing}
          </select>
        </label>
        <label>Times <input name="times" type="number" min="1" placeholder="1" /></label>
        <label>Probability <input name="probability" type="number" min="0.01" max="1" step="any" placeholder="1" /></label>
        <label>Milliseconds <input name="milliseconds" type="number" min="0" placeholder="1000" /></label>
        <button>Switch on</button>
      </form>
      ${
        waiting.length === 0
          ? html`<p>None waits.</p>`
          : html`<ul>${waiting.map((fault) => html`<li>${sentence(fault)}</li>`)}</ul>
              <button type="button" @click=${() => actions.clearFaults()}>Take all back</button>`
      }
    </section>
  `;
}

function faultOf({ text, number }: FormFields): object {
  const [at, name] = text("fault").split(" ");
  const given = { times: number("times"), probability: number("probability") };
  const more = { milliseconds: number("milliseconds"), item: text("item") || undefined };
  // What was left empty is undefined, and JSON leaves it out.
  return { at, name, ...given, ...more };
}

function sentence({ at, name, item, left, probability }: WaitingFaultView): string {
  const often = left === null ? "until taken back" : left === 1 ? "once" : `${left} times`;
  const likely = probability === undefined ? "" : `, with a probability of ${probability}`;
  return `${name} at ${at}, ${item ?? "every item"}, ${often}${likely}`;
}

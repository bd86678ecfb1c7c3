import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { ItemView, SnapshotView } from "../../views.ts";
import type { Actions } from "../actions.ts";
import { until } from "../format.ts";
import type { Model } from "../model.ts";

/** So many rows are drawn; the filter finds the others. */
const MOST = 200;

const STATUS: Readonly<Record<string, string>> = {
  RotationInitialStatus: "never rotated",
  RotationSucceeded: "rotated",
  RotationFailed: "failed",
};

/** All secrets, as many as a page can show. */
export function itemsView(model: Model, told: SnapshotView, actions: Actions): TemplateResult {
  const fitting = told.items.filter(({ name }) => name.includes(model.filter));
  const rows = fitting.slice(0, MOST);
  const { now } = told.clock;
  return html`
    <section aria-labelledby="items">
      <h2 id="items">Items (${told.items.length})</h2>
      <label class="filter">
        Only names with
        <input
          type="search"
          .value=${model.filter}
          @input=${(event: InputEvent) => actions.filter((event.target as HTMLInputElement).value)}
        />
      </label>
      <div class="scroll" role="region" aria-label="Table of items" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Status</th>
              <th scope="col">Version</th>
              <th scope="col">Next rotation</th>
            </tr>
          </thead>
          <tbody>
            ${repeat(
              rows,
              ({ id }) => id,
              (item) => row(item, now, model.selected === item.id, actions),
            )}
          </tbody>
        </table>
      </div>
      ${
        fitting.length > rows.length
          ? html`<p>${fitting.length - rows.length} more; write a part of the name to find them.</p>`
          : nothing
      }
      ${fitting.length === 0 ? html`<p>There is none.</p>` : nothing}
    </section>
  `;
}

function row(item: ItemView, now: number, selected: boolean, { select }: Actions): TemplateResult {
  return html`
    <tr class=${selected ? "selected" : ""}>
      <th scope="row">
        <button type="button" class="link" aria-current=${selected} @click=${() => select(item)}>
          ${item.name}
        </button>
      </th>
      <td class="status ${item.status}">${item.enabled ? (STATUS[item.status] ?? item.status) : "disabled"}</td>
      <td>${item.versions.at(-1)?.version}</td>
      <td>${item.nextRotation === null ? "by hand" : until(item.nextRotation, now)}</td>
    </tr>
  `;
}

/** All Web Targets. */
export function targetsView({ targets }: SnapshotView): TemplateResult {
  return html`
    <section aria-labelledby="targets">
      <h2 id="targets">Web Targets (${targets.length})</h2>
      <div class="scroll" role="region" aria-label="Table of Web Targets" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Address</th>
              <th scope="col">Version</th>
            </tr>
          </thead>
          <tbody>
            ${targets
              .slice(0, MOST)
              .map(
                ({ name, url, version }) =>
                  html`<tr><th scope="row">${name}</th><td>${url}</td><td>${version}</td></tr>`,
              )}
          </tbody>
        </table>
      </div>
    </section>
  `;
}

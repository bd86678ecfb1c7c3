import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { ItemView, SnapshotView } from "../../views.ts";
import type { Actions } from "../actions.ts";
import { moment, until } from "../format.ts";
import { type Model, rotationsOf } from "../model.ts";
import { loginsView } from "./logins.ts";
import { remoteAccessView } from "./remote-access.ts";
import { rotationView } from "./rotation.ts";

/** So many rotations are drawn. */
const MOST = 50;

/** One secret. */
export function itemView(
  item: ItemView,
  model: Model,
  told: SnapshotView,
  actions: Actions,
): TemplateResult {
  const [last, ...earlier] = rotationsOf(told, item);
  return html`
    <section aria-labelledby="item">
      <h2 id="item">${item.name}</h2>
      <p class="buttons">
        <button type="button" class="main" @click=${() => actions.rotate(item)}>Rotate now</button>
      </p>
      ${settings(item, told)}
      <h3>Last rotation</h3>
      ${last ? rotationView(last) : html`<p>None since the gateway started.</p>`}
      ${
        earlier.length > 0
          ? html`<details>
              <summary>Earlier rotations (${earlier.length})</summary>
              ${repeat(earlier.slice(0, MOST), ({ number }) => number, rotationView)}
            </details>`
          : nothing
      }
      ${versions(item, model, actions)}
      ${loginsView(item, told, actions)}
      ${remoteAccessView(item, told, actions)}
    </section>
  `;
}

function settings(item: ItemView, { clock }: SnapshotView): TemplateResult {
  const rows: [string, string][] = [
    ["Web Target", item.target === null ? "deleted" : `${item.target}, ${item.url}`],
    ["Rotates by itself", item.schedule ?? "no"],
  ];
  if (item.nextRotation !== null)
    rows.push([
      "Next rotation",
      `${moment(item.nextRotation)}, ${until(item.nextRotation, clock.now)}`,
    ]);
  if (item.lastRotation !== null) rows.push(["Last rotated", moment(item.lastRotation)]);
  if (item.description !== "") rows.push(["Description", item.description]);
  if (item.tags.length > 0) rows.push(["Tags", item.tags.join(", ")]);
  rows.push(["Delete protection", item.deleteProtection ? "on" : "off"]);
  if (item.lastError !== null) rows.push(["Last error", item.lastError]);
  return html`<dl>
    ${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}

function versions(item: ItemView, { shown }: Model, actions: Actions): TemplateResult {
  return html`
    <h3>Versions</h3>
    <div class="scroll" role="region" aria-label="Table of versions" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Stored</th>
            <th scope="col">By</th>
            <th scope="col">Payload</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            item.versions.toReversed(),
            ({ version }) => version,
            ({ version, createdAt, by }, index) => html`
              <tr>
                <th scope="row">${version}${index === 0 ? " (current)" : ""}</th>
                <td>${moment(createdAt)}</td>
                <td>${by}</td>
                <td>${value(item, version, shown.get(version), actions)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

function value(
  item: ItemView,
  version: number,
  payload: string | undefined,
  { showValue, hideValue }: Actions,
): TemplateResult {
  const toggle = () => (payload === undefined ? showValue(item, version) : hideValue(version));
  return html`
    ${payload === undefined ? nothing : html`<code class="payload">${payload}</code>`}
    <button type="button" aria-label="${payload === undefined ? "Show" : "Hide"} version ${version}" @click=${toggle}>
      ${payload === undefined ? "Show" : "Hide"}
    </button>
  `;
}

import { html, nothing, type TemplateResult } from "lit-html";
import type { Actions } from "../actions.ts";
import { type Model, selectedItem } from "../model.ts";
import { clockView } from "./clock.ts";
import { faultsView } from "./faults.ts";
import { itemView } from "./item.ts";
import { itemsView, targetsView } from "./items.ts";
import { signInView } from "./sign-in.ts";

const PHASES: Readonly<Record<Model["phase"], string>> = {
  "signed-out": "Not connected.",
  connecting: "Connecting …",
  connected: "Connected: what happens shows at once.",
  lost: "The connection is lost; it is tried again.",
};

/** The whole page. Every text is put in as text: a name is never read as HTML. */
export function page(model: Model, actions: Actions): TemplateResult {
  const { told, phase, message } = model;
  const item = selectedItem(model);
  return html`
    <a class="skip" href="#details">To the item</a>
    <header>
      <h1>Emulated Akeyless Gateway</h1>
      <p>For development. It is not Akeyless and protects nothing.</p>
      <p class="phase ${phase}" role="status">${PHASES[phase]}</p>
    </header>
    <main>
      <p class="message" role="status">${message}</p>
      ${phase === "signed-out" ? signInView(actions) : nothing}
      ${
        told
          ? html`
              ${clockView(told, actions)}
              <div class="columns">
                <div>${itemsView(model, told, actions)}${targetsView(told)}</div>
                <div id="details" tabindex="-1">
                  ${
                    item
                      ? itemView(item, model, told, actions)
                      : html`<p>Choose an item to see its versions and rotations.</p>`
                  }
                  ${faultsView(told, item, actions)}
                </div>
              </div>
            `
          : nothing
      }
    </main>
  `;
}

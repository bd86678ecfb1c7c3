import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { ItemView, SessionView, SnapshotView } from "../../views.ts";
import type { Actions } from "../actions.ts";
import { moment } from "../format.ts";
import { onSubmit } from "./forms.ts";

/** Secure Remote Access: its settings and its sessions. */
export function remoteAccessView(
  item: ItemView,
  told: SnapshotView,
  actions: Actions,
): TemplateResult {
  const { enabled, hosts, url, web, rotateAfterDisconnect, lockDuringSession } = item.remoteAccess;
  if (!enabled) return html`<h3>Secure Remote Access</h3><p>It is not enabled on this item.</p>`;
  const sessions = told.sessions.filter((session) => session.item === item.id).toReversed();
  const facts = [
    hosts.length > 0 ? `hosts ${hosts.join(", ")}` : "no host",
    ...(url === "" ? [] : [url]),
    ...(web ? ["in the browser"] : []),
    rotateAfterDisconnect === null
      ? "does not rotate after a session"
      : `rotates ${rotateAfterDisconnect} after a session`,
    ...(lockDuringSession ? ["locked during a session"] : []),
  ];
  return html`
    <h3>Secure Remote Access</h3>
    <p>${facts.join("; ")}.</p>
    <form
      @submit=${onSubmit(({ text }) => actions.openSession(item, text("user")))}
    >
      <label>User <input name="user" autocomplete="off" value="user@example.com" /></label>
      <button>Open a session</button>
    </form>
    ${
      sessions.length === 0
        ? nothing
        : html`<ul>${repeat(
            sessions,
            ({ id }) => id,
            (session) => sessionView(session, actions),
          )}</ul>`
    }
  `;
}

function sessionView(session: SessionView, { closeSession }: Actions): TemplateResult {
  const { id, user, openedAt, closedAt } = session;
  return html`<li>
    ${user}, from ${moment(openedAt)} ${closedAt === null ? "on" : `to ${moment(closedAt)}`}
    ${
      closedAt === null
        ? html`<button type="button" aria-label="Close the session of ${user}" @click=${() => closeSession(id)}>
            Close
          </button>`
        : nothing
    }
  </li>`;
}

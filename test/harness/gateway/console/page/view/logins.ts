import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from "lit-html";
import type { ItemView, LoginView, SessionView, SnapshotView, VersionView } from "../../views.ts";
import type { Actions } from "../actions.ts";
import { moment } from "../format.ts";

const WIDTH = 640;
const LEFT = 90;
const ROW = 24;

/** A line of the chart: a stretch of time that is certain, and what is known about it. */
interface Bar {
  readonly kind: "stored" | "opens" | "refused" | "session";
  readonly from: number;
  readonly to: number;
}

interface Row {
  readonly name: string;
  readonly bars: readonly Bar[];
  readonly sentence: string;
}

/** Who could log in when: which password was stored, which one opened the account, whose session was open. */
export function loginsView(item: ItemView, told: SnapshotView, actions: Actions): TemplateResult {
  const { now } = told.clock;
  const rows = [
    ...item.versions.map((version, index) => versionRow(item, version, index, now)),
    ...told.sessions
      .filter((session) => session.item === item.id)
      .map((session) => sessionRow(session, now)),
  ].slice(-20);
  return html`
    <h3>Who could log in when</h3>
    ${chart(rows, now)}
    <ul>${rows.map(({ sentence }) => html`<li>${sentence}</li>`)}</ul>
    ${
      told.asksLogins
        ? html`<button type="button" @click=${() => actions.askLogins(item)}>
            Ask the system about every version
          </button>`
        : html`<p>
            The gateway never calls the system. Start it with <code>--login</code> or
            <code>--login-recipe</code>, and it asks after each rotation which passwords open the account.
          </p>`
    }
  `;
}

function versionRow(item: ItemView, version: VersionView, index: number, now: number): Row {
  const next = item.versions[index + 1];
  const logins = item.logins.filter((login) => login.version === version.version);
  const stored: Bar = { kind: "stored", from: version.createdAt, to: next?.createdAt ?? now };
  const until = next ? `until ${moment(next.createdAt)}` : "now";
  return {
    name: `version ${version.version}`,
    bars: [stored, ...logins.flatMap((login, at) => barsOf(login, logins[at + 1]?.at ?? now))],
    sentence: `Version ${version.version}: served from ${moment(version.createdAt)} ${until}. ${lastLogin(logins)}`,
  };
}

function barsOf({ at: from, opens }: LoginView, to: number): Bar[] {
  return opens === null ? [] : [{ kind: opens ? "opens" : "refused", from, to }];
}

function lastLogin(logins: readonly LoginView[]): string {
  const last = logins.at(-1);
  if (!last) return "Nobody asked whether it opens the account.";
  if (last.opens === null) return `Asked at ${moment(last.at)}: nobody could say.`;
  return `At ${moment(last.at)} it ${last.opens ? "opened the account" : "was refused"}.`;
}

function sessionRow({ user, openedAt, closedAt }: SessionView, now: number): Row {
  const until = closedAt === null ? "on" : `to ${moment(closedAt)}`;
  return {
    name: "session",
    bars: [{ kind: "session", from: openedAt, to: closedAt ?? now }],
    sentence: `${user} had a session from ${moment(openedAt)} ${until}, without seeing the password.`,
  };
}

function chart(rows: readonly Row[], now: number): TemplateResult | typeof nothing {
  if (rows.length === 0) return nothing;
  const first = Math.min(...rows.flatMap(({ bars }) => bars.map(({ from }) => from)));
  const scale = (WIDTH - LEFT - 10) / Math.max(1, now - first);
  const x = (at: number) => LEFT + (at - first) * scale;
  const height = rows.length * ROW + 26;
  return html`<svg class="logins" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="The list below, as a chart">
    ${rows.map(
      ({ name, bars }, index) => svg`
        <text x=${LEFT - 8} y=${index * ROW + 16} class="row">${name}</text>
        ${bars.map((bar) => barView(bar, x, index * ROW))}`,
    )}
    <text x=${LEFT} y=${height - 6} class="axis">${moment(first)}</text>
    <text x=${WIDTH - 10} y=${height - 6} class="axis end">${moment(now)}</text>
  </svg>`;
}

function barView(
  { kind, from, to }: Bar,
  x: (at: number) => number,
  top: number,
): SVGTemplateResult {
  const tall = kind === "refused" ? 2 : kind === "stored" ? 14 : 8;
  return svg`<rect class=${kind} x=${x(from)} width=${Math.max(2, x(to) - x(from))} y=${top + 12 - tall / 2} height=${tall} />`;
}

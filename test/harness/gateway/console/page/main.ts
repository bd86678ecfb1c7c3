import { render } from "lit-html";
import type { Actions } from "./actions.ts";
import { GatewayConnection } from "./gateway.ts";
import { applied, type Model, NOTHING } from "./model.ts";
import { forgetToken, keepToken, takeToken } from "./token.ts";
import { page } from "./view/page.ts";

const root = document.querySelector<HTMLElement>("#console");
let model: Model = NOTHING;
let connection: GatewayConnection | undefined;
let waiting = false;

/** Changes what is known; the page is drawn once for all that changes in one moment. */
function change(fields: Partial<Model>): void {
  model = { ...model, ...fields };
  if (waiting) return;
  waiting = true;
  queueMicrotask(() => {
    waiting = false;
    if (root) render(page(model, actions), root);
  });
}

/** Calls the gateway and says what came of it. */
async function act(what: string, call: (gateway: GatewayConnection) => Promise<unknown>) {
  if (!connection) return undefined;
  change({ message: `${what} …` });
  try {
    const answer = await call(connection);
    change({ message: `${what}: done.` });
    return answer;
  } catch (error) {
    change({ message: `${what}: ${error instanceof Error ? error.message : "failed"}` });
    return undefined;
  }
}

function connect(token: string): void {
  connection = new GatewayConnection(token);
  change({ phase: "connecting", message: "" });
  void connection.follow({
    // Of another account, as far as anybody knows: ids may be those of other items now.
    snapshot: (told) =>
      change({ told, shown: new Map(), selected: model.selected ?? told.items[0]?.id }),
    change: (fields) => {
      const told = model.told && applied(model.told, fields);
      change({ told, selected: model.selected ?? told?.items[0]?.id });
    },
    connected: (there) => change({ phase: there ? "connected" : "lost" }),
    refused: () => {
      forgetToken();
      change({ ...NOTHING, message: "The gateway refused this token." });
    },
  });
}

const actions: Actions = {
  signIn: (token) => {
    keepToken(token);
    connect(token);
  },
  select: ({ id }) => change({ selected: id, shown: new Map() }),
  filter: (filter) => change({ filter }),
  rotate: ({ name }) =>
    void act(`Rotate ${name}`, async (gateway) => {
      const answer = (await gateway.call("POST", "/rotate", { item: name })) as { outcome: string };
      if (answer.outcome !== "succeeded") throw new Error("the rotation failed; see below why");
    }),
  openSession: ({ name: item }, user) =>
    void act(`Open a session of ${item}`, (gateway) =>
      gateway.call("POST", "/sessions", { item, ...(user && { user }) }),
    ),
  closeSession: (id) =>
    void act("Close the session", (gateway) =>
      gateway.call("DELETE", `/sessions/${encodeURIComponent(id)}`),
    ),
  showValue: async ({ id, name: item }, version) => {
    const what = `Show version ${version}`;
    const answer = await act(what, (gateway) => gateway.call("POST", "/value", { item, version }));
    // Somebody may look at another item by now.
    if (answer && model.selected === id) {
      const { payload } = answer as { payload: string };
      change({ shown: new Map(model.shown).set(version, payload) });
    }
  },
  hideValue: (version) => {
    const shown = new Map(model.shown);
    shown.delete(version);
    change({ shown, message: `Version ${version} is hidden.` });
  },
  askLogins: ({ name: item }) =>
    void act("Ask the system", (gateway) => gateway.call("POST", "/logins", { item })),
  moveClock: (milliseconds) =>
    void act("Move the clock", (gateway) =>
      gateway.call("POST", "/clock/advance", { milliseconds }),
    ),
  runClock: (speed) =>
    void act("Let the clock run", (gateway) => gateway.call("POST", "/clock/run", { speed })),
  stopClock: () =>
    void act("Let the clock stand still", (gateway) => gateway.call("POST", "/clock/still")),
  switchOnFault: (fault) =>
    void act("Switch the fault on", (gateway) => gateway.call("POST", "/faults", fault)),
  clearFaults: () =>
    void act("Take the faults back", (gateway) => gateway.call("DELETE", "/faults")),
};

const token = takeToken();
if (token === undefined) change({});
else connect(token);

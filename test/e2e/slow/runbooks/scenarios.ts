import { writeFile } from "node:fs/promises";
import { USERNAME } from "../../../harness/rotator-stage.ts";
import { beginDuty, type Duty } from "./duty.ts";

/** A failure, and what the person on call types besides the commands of its page. */
interface Scenario {
  /** Begins with the failure. */
  begin(): Promise<Duty>;
  /** What the rotator answers then; undefined where it is well or cannot be asked. */
  readonly code?: string;
  /** What is typed during the repair. */
  readonly typed?: string;
}

const SET_BY_HAND = "Set-By-Hand-0nce!";
const DAY = 86_400_000;

/** One for each page of docs/runbooks, by its name. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "out-of-sync": {
    begin: async () => {
      const duty = await beginDuty();
      await duty.stage.app.createAccount({ username: USERNAME, password: SET_BY_HAND });
      return duty;
    },
    code: "out_of_sync",
    typed: `${SET_BY_HAND}\n`,
  },
  "change-unconfirmed": {
    begin: async () => {
      const duty = await beginDuty();
      duty.stage.app.faults.inject("error-before", { at: "change" });
      return duty;
    },
    code: "change_unconfirmed",
  },
  // Nobody knows how to make the rotator fail unexpectedly; another failure takes the place.
  "internal-error": { begin: systemFails, code: "system_unavailable" },
  "rotations-fail": { begin: systemFails, code: "system_unavailable" },
  "certificate-expires": { begin: () => beginDuty() },
  "rotator-down": {
    begin: async () => {
      const duty = await beginDuty();
      await duty.shell("systemctl stop", { strict: true });
      await writeFile(duty.config, "listen: nowhere\n");
      await duty.willWrite({});
      return duty;
    },
    code: "connection refused",
  },
  overdue: {
    begin: async () => {
      const duty = await beginDuty();
      const { gateway } = duty.stage;
      const state = gateway.exportState();
      const schedule = { autoRotate: true, interval: 1, eventsBefore: [] };
      const nextRotationAt = Date.now() - DAY;
      const items = state.items.map((item) => ({ ...item, schedule, nextRotationAt }));
      gateway.importState({ ...state, items });
      return duty;
    },
  },
  "never-rotated": { begin: () => beginDuty() },
  "akeyless-unreachable": {
    begin: async () => {
      const akeyless = { access_ids: ["p-gateway"], validation_url: "https://localhost:9/" };
      const duty = await beginDuty({ akeyless });
      await duty.willWrite({});
      return duty;
    },
    code: "validator_unavailable",
  },
  "callers-refused": {
    begin: async () => {
      const items = { "/another-name": { system: "reporting-app", usernames: [USERNAME] } };
      const duty = await beginDuty({ items });
      await duty.willWrite({});
      return duty;
    },
    code: "item_not_allowed",
  },
  "replace-key": {
    begin: async () => {
      const duty = await beginDuty();
      const old = { id: "k1", file: "rotator.key" };
      const next = { id: "k2", file: "rotator-key-2" };
      for (const keys of [
        [old, next],
        [next, old],
        [old, next],
      ])
        await duty.willWrite({ keys });
      return duty;
    },
  },
};

async function systemFails(): Promise<Duty> {
  const duty = await beginDuty();
  duty.stage.app.faults.inject("error-before", { at: "login" });
  return duty;
}

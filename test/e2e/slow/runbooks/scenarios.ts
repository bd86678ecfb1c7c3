import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
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
const FAILS_ONCE = fileURLToPath(new URL("fails-once.mjs", import.meta.url));

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
  "internal-error": {
    begin: async () => {
      const duty = await beginDuty({ nodeFlags: `--import=${FAILS_ONCE}` });
      await writeFile(join(duty.stage.directory, "broken"), "");
      return duty;
    },
    code: "internal_error",
  },
  "rotations-fail": { begin: systemFails, code: "system_unavailable" },
  "certificate-expires": { begin: () => beginDuty() },
  "rotator-down": {
    begin: async () => {
      const duty = await beginDuty();
      await duty.shell("systemctl stop rotator", { strict: true });
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
      const duty = await beginDuty({ sections: { akeyless } });
      await duty.willWrite({});
      return duty;
    },
    code: "validator_unavailable",
  },
  "callers-refused": {
    begin: async () => {
      const items = { "/another-name": { system: "reporting-app", usernames: [USERNAME] } };
      const duty = await beginDuty({ sections: { items } });
      await duty.willWrite({});
      return duty;
    },
    code: "item_not_allowed",
  },
  "answers-lost": {
    begin: async () => {
      const duty = await beginDuty();
      duty.stage.gateway.faults.inject("reset-after", { at: "rotation" });
      return duty;
    },
    code: "EOF",
  },
  "old-password-works": {
    begin: async () => {
      const duty = await beginDuty({ system: { check_old_password: true } });
      duty.stage.app.faults.inject("overlap", { milliseconds: DAY });
      await rotates(duty);
      return duty;
    },
  },
  "slow-rotations": {
    begin: async () => {
      const duty = await beginDuty({ sections: { limits: { concurrency: 1 } } });
      duty.stage.app.faults.inject("slow", { at: "login", milliseconds: 500 });
      await rotates(duty);
      await duty.willWrite({});
      await duty.willWrite({ limits: { concurrency: 1 } });
      return duty;
    },
  },
  "items-not-read": {
    begin: async () => {
      const duty = await beginDuty();
      await rotates(duty);
      const { gateway } = duty.stage;
      const environment = (address: string) => `AKEYLESS_GATEWAY=${address}\n`;
      await writeFile(
        join(duty.stage.directory, "exporter.env"),
        environment("https://localhost:9"),
      );
      await duty.shell("systemctl start rotation-kit-exporter", { strict: true });
      await duty.willWrite(environment(gateway.tlsUrl ?? ""));
      return duty;
    },
  },
  "restore-gateway": {
    begin: async () => {
      const duty = await beginDuty();
      await rotates(duty);
      const backup = duty.stage.gateway.exportState();
      await rotates(duty);
      await rotates(duty);
      duty.stage.gateway.importState(backup);
      return duty;
    },
  },
  upgrade: {
    begin: async () => {
      const duty = await beginDuty();
      await rotates(duty);
      return duty;
    },
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

async function rotates({ stage }: Duty): Promise<void> {
  const { status, error } = await stage.rotate();
  if (status !== 200) throw new Error(error);
}

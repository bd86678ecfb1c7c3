import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AccountRules } from "../harness/reporting-app/accounts.ts";
import { FIRST_PASSWORD, type RotatorStage, setRotatorStage } from "../harness/rotator-stage.ts";

/** How long the application and the rotators remember a failed login, so that a pause heals. */
export const WINDOW_MS = 1_500;

const DAY = 86_400_000;

/** One secret and the account it opens. */
export interface ProofItem {
  readonly name: string;
  readonly username: string;
}

/** A gateway with many secrets, and the application whose accounts they open. */
export interface ProofPlace {
  readonly stage: RotatorStage;
  readonly items: readonly ProofItem[];
  /** The sections `items` and `systems` of rotator.yaml. `system`: members beside the usual ones. */
  sections(system?: object): { readonly items: object; readonly systems: object };
  /** Whether the stored password opens the account; asked behind the application's back. */
  opens(item: ProofItem): Promise<boolean>;
  /** Those whose last rotation failed, or whose stored password does not open the account. */
  ill(items: readonly ProofItem[]): Promise<readonly ProofItem[]>;
  /** Logins so far, failed ones too, and password changes that a wrong password stopped. */
  logins(): number;
  /** How often an account was locked. */
  lockouts(): number;
}

/** What is on the stage. */
export interface ProofPlaceOptions {
  readonly count: number;
  /** How the application guards its accounts, where not as it does by default. */
  readonly rules?: Partial<AccountRules>;
  /** Days between rotations. Default: nothing rotates by itself. */
  readonly interval?: number;
  /** Every so manieth secret is rotated by a script, a process for each step. Default: none. */
  readonly everyByScript?: number;
}

/** Sets the stage and puts the secrets there; the caller stops it. */
export async function openProofPlace(options: ProofPlaceOptions): Promise<ProofPlace> {
  const { count, rules = {}, everyByScript = Number.POSITIVE_INFINITY } = options;
  const stage = await setRotatorStage({
    rules: { forgetAfter: WINDOW_MS, hashCost: 2 ** 4, history: 1, ...rules },
  });
  const items = Array.from({ length: count }, (_, index) => {
    const username = `user-${index}`;
    const system = index % everyByScript === everyByScript - 1 ? "script" : "app";
    return { name: `/${system}/${username}`, username, system };
  });
  for (const { username } of items)
    await stage.app.createAccount({ username, password: FIRST_PASSWORD });
  await stage.declare("https://localhost/");
  cloneDeclared(stage, items, options.interval);
  const opens = ({ name, username }: ProofItem) => {
    const payload = stage.gateway.item(name)?.versions.at(-1)?.payload ?? "{}";
    return stage.app.accepts(username, String(JSON.parse(payload).current_password));
  };
  return {
    stage,
    items,
    opens,
    sections: (system) => sections(stage, system),
    ill: async (asked) => {
      const well = await Promise.all(
        asked.map(
          async (item) =>
            stage.gateway.item(item.name)?.lastError === undefined && (await opens(item)),
        ),
      );
      return asked.filter((_, index) => !well[index]);
    },
    logins: () =>
      stage.app.events
        .all()
        .filter(({ event }) => event.startsWith("login-") || event === "current-password-wrong")
        .length,
    lockouts: () => stage.app.events.all("account-locked").length,
  };
}

function sections({ app, directory }: RotatorStage, members: object = {}) {
  const both = { failed_login_window_ms: WINDOW_MS, failed_login_spacing_ms: 50, ...members };
  const item = (system: string) => ({ system, usernames: ["*"] });
  return {
    items: { "/app/*": item("app"), "/script/*": item("script") },
    systems: {
      app: {
        type: "http",
        recipe: "reporting-app",
        origin: app.url,
        ca_file: "ca.pem",
        ...both,
      },
      script: {
        type: "command",
        command: fileURLToPath(new URL("../../docs/examples/reporting-hook.sh", import.meta.url)),
        environment: { API_URL: app.url, CURL_CA_BUNDLE: join(directory, "ca.pem") },
        ...both,
      },
    },
  };
}

/** Puts the secrets in the place of the declared one; their rotations are spread over the interval. */
function cloneDeclared(
  { gateway }: RotatorStage,
  items: readonly (ProofItem & { readonly system: string })[],
  interval: number | undefined,
): void {
  const state = gateway.exportState();
  const [declared] = state.items;
  const [version] = declared?.versions ?? [];
  if (!declared || !version) throw new Error("nothing was declared");
  const clones = items.map(({ name, username, system }, index) => ({
    ...structuredClone(declared),
    id: 5_000 + index,
    name,
    versions: [
      {
        ...version,
        payload: JSON.stringify({ system, username, current_password: FIRST_PASSWORD }),
      },
    ],
    ...(interval !== undefined && {
      schedule: { autoRotate: true, interval, eventsBefore: [] },
      nextRotationAt: gateway.clock.now() + ((index + 1) / items.length) * interval * DAY,
    }),
  }));
  gateway.importState({ ...state, items: clones });
}

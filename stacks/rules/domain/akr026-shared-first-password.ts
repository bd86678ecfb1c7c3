import { shown, shownAll } from "../display.ts";
import type { PayloadFacts } from "../evidence/payload.ts";
import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { secret } from "./example.ts";
import { grouped } from "./groups.ts";

const from = (source: string, more = {}) =>
  secret(
    {},
    {
      payload: {
        sensitive: true,
        isObject: undefined,
        complete: false,
        fields: [{ path: "current_password", credential: true, origin: "hidden", source }],
      },
      ...more,
    },
  );
const SECOND = { address: "akeyless_rotated_secret_custom.second" };

export const sharedFirstPassword: Rule = {
  id: "AKR026",
  title: "one first password for several secrets",
  severity: "medium",
  phase: "synth",
  reason:
    "If the accounts have the same password, one leak opens all of them. If they do not, all payloads but one are wrong, and their first rotation fails.",
  remedy: "Give each account its own first password in its own variable.",
  examples: {
    pass: [
      {
        title: "a variable each",
        resources: [from("var.first"), from("var.second", SECOND)],
      },
    ],
    fail: [
      {
        title: "the same variable twice",
        resources: [from("var.first"), from("var.first", SECOND)],
      },
    ],
  },
  *check({ deployment }) {
    const secrets = secretsOf(deployment);
    const sources = ({ payload }: { payload?: PayloadFacts }) => firstPasswords(payload);
    for (const group of grouped(secrets, sources)) {
      const [{ address }, ...others] = group;
      const [source = ""] = sources(group[0]).filter((name) =>
        others.every((other) => sources(other).includes(name)),
      );
      const names = shownAll(others.map((other) => other.address));
      const message = `the first password of this secret and of ${names} comes from the same ${shown(source)}`;
      yield { address, attribute: "custom_payload", message };
    }
  },
};

const FIELDS: ReadonlySet<string> = new Set(["current_password", "password"]);

function firstPasswords(payload: PayloadFacts | undefined): string[] {
  const fields = payload?.fields ?? [];
  return fields.flatMap(({ path, source }) => (FIELDS.has(path) ? (source ?? []) : []));
}

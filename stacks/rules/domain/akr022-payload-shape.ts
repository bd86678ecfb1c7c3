import { shownAll } from "../display.ts";
import { type PayloadFacts, readPayloadText, topLevel } from "../evidence/payload.ts";
import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { secret, updatedSecret } from "./example.ts";
import { payloadFields } from "./payload-example.ts";

/** What a rotator needs in order to know which account it rotates. */
const REQUIRED = ["system", "username"];
/** What must not change under a secret: it would rotate another account. */
const IDENTITY = ["system", "username"];

export const payloadShape: Rule = {
  id: "AKR022",
  title: "payload unusable for the rotator",
  severity: "high",
  phase: "synth",
  reason:
    "The rotator finds system and account in the payload. Without them every rotation fails. With another account, it rotates something other than the secret's name says.",
  remedy:
    "Declare the payload with RotationPayload; for another system or account declare another secret.",
  examples: {
    pass: [
      { title: "system, user name and password", resources: [secret()] },
      {
        title: "another password",
        resources: [updatedSecret({}, {}, { payload: payloadFields({ current_password: "new" }) })],
      },
    ],
    fail: [
      {
        title: "no JSON object, as only another rotator takes it (info)",
        resources: [secret({}, { payload: readPayloadText("user:password", true) })],
      },
      {
        title: "no system, as only another rotator takes it (info)",
        resources: [secret({}, { payload: payloadFields({ system: undefined }) })],
      },
      {
        title: "no user name (high)",
        resources: [secret({}, { payload: payloadFields({ username: undefined }) })],
      },
      {
        title: "the plan drops the system (high)",
        resources: [updatedSecret({}, {}, { payload: payloadFields({ system: undefined }) })],
      },
      {
        title: "the plan changes the user name",
        resources: [updatedSecret({}, {}, { payload: payloadFields({ username: "admin" }) })],
      },
      {
        title: "the plan drops the password",
        resources: [
          updatedSecret({}, {}, { payload: payloadFields({ current_password: undefined }) }),
        ],
      },
    ],
  },
  *check({ deployment }) {
    for (const { address, change, payload, payloadBefore } of secretsOf(deployment)) {
      if (payload === undefined) continue;
      // A secret that is made anew begins with its first payload: AKR002 says so.
      const former = change === "replace" ? undefined : payloadBefore;
      const place = { address, attribute: "custom_payload" };
      const problem = unfit(payload);
      if (problem !== undefined) {
        const own = namesSystem(payload) || namesSystem(former);
        yield own
          ? { ...place, message: problem }
          : { ...place, message: `${problem}, which only another rotator takes`, severity: "info" };
      }
      for (const message of changes(payload, former)) yield { ...place, message };
    }
  },
};

/** Why the kit's own rotator would refuse the payload. */
function unfit(payload: PayloadFacts): string | undefined {
  if (payload.isObject === false) return "the payload is not a JSON object";
  if (payload.isObject !== true || !payload.complete) return undefined;
  const now = topLevel(payload);
  const missing = REQUIRED.filter((name) => !now.has(name));
  return missing.length > 0 ? `the payload lacks ${shownAll(missing)}` : undefined;
}

/** Whether it is one for the kit's own rotator, as far as anybody can see. */
const namesSystem = (payload: PayloadFacts | undefined): boolean =>
  payload !== undefined && topLevel(payload).has("system");

function* changes(after: PayloadFacts, before: PayloadFacts | undefined): Iterable<string> {
  // Most plans leave the payload alone: its facts are then one object.
  if (before === after || after.isObject !== true || !after.complete) return;
  if (before?.isObject !== true || !before.complete) return;
  const now = topLevel(after);
  const then = topLevel(before);
  const other = IDENTITY.filter(
    (name) =>
      now.has(name) && then.has(name) && now.get(name)?.fingerprint !== then.get(name)?.fingerprint,
  );
  if (other.length > 0) yield `the payload gets another ${other.join(" and another ")}`;
  const parts = new Set([...now.keys()].map(outermost));
  const lost = [...then.keys()]
    .filter((name) => !now.has(name) && !REQUIRED.includes(name))
    .map((name) => (parts.has(outermost(name)) ? name : outermost(name)));
  if (lost.length > 0) yield `the payload loses ${shownAll([...new Set(lost)])}`;
}

/** The field directly in the payload that a field is in. */
const outermost = (path: string): string => path.split(".", 1)[0] ?? path;

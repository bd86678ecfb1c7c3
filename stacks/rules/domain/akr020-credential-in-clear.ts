import { shownAll } from "../display.ts";
import { readPayloadText } from "../evidence/payload.ts";
import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { secret } from "./example.ts";

const inClear = (fields: Record<string, unknown>) =>
  secret({}, { payload: readPayloadText(JSON.stringify(fields), false) });

export const credentialInClear: Rule = {
  id: "AKR020",
  title: "credential in clear in the payload",
  severity: "critical",
  phase: "synth",
  reason:
    "A literal credential is in the code, in cdk.tf.json, in every plan and in the history of the repository.",
  remedy:
    "Pass the field as SensitiveInput.fromEnvironment or from a sensitive variable, and rotate the exposed credential.",
  examples: {
    pass: [
      { title: "the password comes from a sensitive variable", resources: [secret()] },
      {
        title: "only names are literal",
        resources: [inClear({ system: "reporting-app", username: "svc", token_url: "/token" })],
      },
    ],
    fail: [
      {
        title: "a password as literal",
        resources: [inClear({ system: "app", username: "svc", current_password: "example" })],
      },
      {
        title: "a token in an inner object",
        resources: [inClear({ system: "app", username: "svc", admin: { api_key: "example" } })],
      },
      {
        title: "a connection string under a harmless name",
        resources: [inClear({ system: "app", username: "svc", db: "postgres://a:b@db/x" })],
      },
    ],
  },
  *check({ deployment }) {
    for (const { address, payload } of secretsOf(deployment)) {
      const fields = payload?.fields ?? [];
      const found = fields.filter(({ credential, origin }) => credential && origin === "literal");
      if (found.length === 0) continue;
      const where = shownAll(found.map(({ path }) => (path === "" ? "(whole text)" : path)));
      const message = `the payload holds a credential in clear in ${where}`;
      yield { address, attribute: "custom_payload", message };
    }
  },
};

import { shownAll } from "../display.ts";
import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { secret } from "./example.ts";
import { payloadFields } from "./payload-example.ts";

/** What rotates: the password of the account, or of the two accounts that take turns. */
const ROTATES = /^(users\.\d+\.)?(current_password|password)$/;
/** What the rotator itself keeps in the payload. */
const ROTATORS = /^_rotation(\.|$)/;

export const furtherCredential: Rule = {
  id: "AKR027",
  title: "another credential in the payload",
  severity: "medium",
  phase: "synth",
  reason:
    "Anyone who may read the item reads its whole payload, including an administrator's key beside the password, and that key does not rotate.",
  remedy:
    "Keep the credential in the rotator's configuration (the system's admin), or in a separate item.",
  examples: {
    pass: [
      { title: "the password that rotates", resources: [secret()] },
      {
        title: "two accounts that take turns",
        resources: [
          secret(
            {},
            {
              payload: payloadFields({
                users: [
                  { username: "svc", password: "example" },
                  { username: "svc2", password: "example" },
                ],
              }),
            },
          ),
        ],
      },
    ],
    fail: [
      {
        title: "an administrator's token beside the password",
        resources: [secret({}, { payload: payloadFields({ admin_token: "example" }) })],
      },
    ],
  },
  *check({ deployment }) {
    for (const { address, payload } of secretsOf(deployment)) {
      const fields = payload?.fields ?? [];
      // Where another field is the one that rotates, nobody can tell which are further ones.
      if (!fields.some(({ path }) => ROTATES.test(path))) continue;
      const further = fields.filter(
        ({ path, credential, origin }) =>
          credential && origin === "hidden" && !ROTATES.test(path) && !ROTATORS.test(path),
      );
      if (further.length === 0) continue;
      const names = shownAll([...new Set(further.map(({ path }) => path))]);
      const message = `beside the password that rotates, the payload holds a credential in ${names}`;
      yield { address, attribute: "custom_payload", message };
    }
  },
};

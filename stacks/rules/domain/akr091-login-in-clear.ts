import { shownAll } from "../display.ts";
import type { Rule } from "../rule.ts";
import { provider } from "./example.ts";

export const loginInClear: Rule = {
  id: "AKR091",
  title: "login in clear in the provider block",
  severity: "critical",
  phase: "synth",
  reason:
    "A literal key in the provider block is in the code, in cdk.tf.json, in every plan and in the history of the repository, and opens everything that its access id may do.",
  remedy:
    "Pass the login with GatewayLogin, from the environment or a sensitive variable, and replace the exposed key.",
  examples: {
    pass: [{ title: "nothing in clear", providers: [provider()] }],
    fail: [
      {
        title: "an access key as literal",
        providers: [provider({ secretsInClear: ["api_key_login.access_key"] })],
      },
    ],
  },
  *check({ deployment }) {
    for (const { address, secretsInClear = [] } of deployment.providers) {
      if (secretsInClear.length === 0) continue;
      const message = `the provider block holds a login in clear in ${shownAll(secretsInClear)}`;
      yield { address, message };
    }
  },
};

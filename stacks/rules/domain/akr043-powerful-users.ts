import { shown } from "../display.ts";
import { secretsOf } from "../model.ts";
import { matchesAny } from "../pattern.ts";
import type { Rule } from "../rule.ts";
import { asFlag, asText } from "../values.ts";
import { SAFE_ACCESS, secret } from "./example.ts";

const USERS = ["secure_access_ssh_user", "secure_access_rdp_user"] as const;

export const powerfulUsers: Rule = {
  id: "AKR043",
  title: "sessions as administrator or as external user",
  severity: "high",
  phase: "synth",
  reason:
    "Anyone who gets a session as root or Administrator owns the machine. External users bring an account that is not declared here.",
  remedy:
    "Let sessions use an account with only the rights that they need, and keep allowExternalUser off. The names are listed under forbidden_users.",
  examples: {
    pass: [
      { title: "an account of its own", resources: [secret(SAFE_ACCESS)] },
      {
        title: "root, where the policy permits it",
        resources: [secret({ ...SAFE_ACCESS, secure_access_ssh_user: "root" })],
        policy: { forbidden_users: [] },
      },
    ],
    fail: [
      { title: "root", resources: [secret({ ...SAFE_ACCESS, secure_access_ssh_user: "root" })] },
      {
        title: "Administrator of a domain",
        resources: [secret({ ...SAFE_ACCESS, secure_access_rdp_user: "CORP\\Administrator" })],
      },
      {
        title: "external users",
        resources: [secret({ ...SAFE_ACCESS, secure_access_allow_external_user: true })],
      },
    ],
  },
  *check({ deployment, policy }) {
    for (const { address, attributes, before } of secretsOf(deployment)) {
      for (const attribute of USERS) {
        const user = asText(attributes[attribute]);
        if (user === undefined || !matchesAny(policy.forbidden_users, withoutDomain(user)))
          continue;
        const message = `sessions run as ${shown(user)}, who may do everything`;
        yield { address, attribute, message };
      }
      const attribute = "secure_access_allow_external_user";
      if (!asFlag(attributes[attribute])) continue;
      const now = before !== undefined && !asFlag(before[attribute]) ? "now " : "";
      const message = `sessions may ${now}use accounts that come from outside`;
      yield { address, attribute, message };
    }
  },
};

/** `CORP\name`, `name@corp.example` and ` name` are all the same name. */
const withoutDomain = (user: string): string =>
  (user.split("\\").at(-1) ?? "").split("@")[0]?.trim() ?? "";

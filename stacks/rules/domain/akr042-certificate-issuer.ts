import { shown } from "../display.ts";
import { type Resource, secretsOf } from "../model.ts";
import { matchesAny } from "../pattern.ts";
import type { RulePolicy } from "../policy.ts";
import type { Rule } from "../rule.ts";
import { asFlag, asText, differs, isHidden, isUnset } from "../values.ts";
import { SAFE_ACCESS, secret, updatedSecret } from "./example.ts";

const policy = { allowed: { certificate_issuers: ["/ssh/*"] } };
const issuedBy = (issuer: string | null) => ({
  ...SAFE_ACCESS,
  secure_access_certificate_issuer: issuer,
});

export const certificateIssuer: Rule = {
  id: "AKR042",
  title: "SSH certificate issuer changed, missing or not allowed",
  severity: "high",
  phase: "synth",
  reason:
    "The issuer decides who may open a terminal session and as which user. Another issuer has other rules.",
  remedy:
    "Use an issuer that is listed under allowed.certificate_issuers; name it whenever an SSH user is set.",
  examples: {
    pass: [
      { title: "an issuer", resources: [secret(SAFE_ACCESS)] },
      { title: "an issuer on the list", resources: [secret(SAFE_ACCESS)], policy },
      { title: "no terminal sessions at all", resources: [secret()], policy },
    ],
    fail: [
      {
        title: "an issuer that is not on the list",
        resources: [secret(issuedBy("/other"))],
        policy,
      },
      { title: "an SSH user without issuer", resources: [secret(issuedBy(null))] },
      {
        title: "the plan changes the issuer",
        resources: [updatedSecret(SAFE_ACCESS, issuedBy("/other"))],
      },
      {
        title: "the plan removes the issuer",
        resources: [
          updatedSecret(SAFE_ACCESS, { ...issuedBy(null), secure_access_ssh_user: null }),
        ],
      },
    ],
  },
  *check({ deployment, policy }) {
    for (const secret of secretsOf(deployment)) {
      const message = judge(secret, policy);
      if (message === undefined) continue;
      const attribute = "secure_access_certificate_issuer";
      yield { address: secret.address, attribute, message };
    }
  },
};

function judge({ attributes, before }: Resource, { allowed }: RulePolicy): string | undefined {
  const issuer = attributes.secure_access_certificate_issuer;
  if (isHidden(issuer)) return undefined;
  const name = asText(issuer) ?? "";
  const earlier = asText(before?.secure_access_certificate_issuer) ?? "";
  const list = allowed.certificate_issuers;
  if (name !== "" && list !== undefined && !matchesAny(list, name)) {
    return `the certificate issuer ${shown(name)} is not listed under allowed.certificate_issuers`;
  }
  if (earlier !== "" && differs(earlier, issuer)) {
    return name === ""
      ? `the certificate issuer ${shown(earlier)} is removed`
      : `the certificate issuer changes from ${shown(earlier)} to ${shown(name)}`;
  }
  const user = attributes.secure_access_ssh_user;
  if (name === "" && !isUnset(user) && asFlag(attributes.secure_access_enable)) {
    return "an SSH user is set, but no certificate issuer whose user it could replace";
  }
  return undefined;
}

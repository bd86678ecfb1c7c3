import { shown } from "../display.ts";
import { parseHost } from "../evidence/host.ts";
import { secretsOf } from "../model.ts";
import { matchesAny } from "../pattern.ts";
import type { RulePolicy } from "../policy.ts";
import type { Rule } from "../rule.ts";
import { asTexts } from "../values.ts";
import { SAFE_ACCESS, secret, updatedSecret } from "./example.ts";

const reaching = (...hosts: string[]) => secret({ ...SAFE_ACCESS, secure_access_host: hosts });

export const accessHosts: Rule = {
  id: "AKR041",
  title: "Secure Remote Access to suspicious or additional hosts",
  severity: "high",
  phase: "synth",
  reason:
    "Akeyless offers these hosts with this credential, and refuses sessions to other hosts only if enforceHosts is on. A wildcard or a network makes the list endless.",
  remedy:
    'Name each host as "host" or "host:port", and list what is permitted under allowed.secure_access_hosts.',
  examples: {
    pass: [
      { title: "one host with its port", resources: [reaching("reporting.internal:22")] },
      {
        title: "a host on the list",
        resources: [reaching("reporting.internal")],
        policy: { allowed: { secure_access_hosts: ["*.internal"] } },
      },
      {
        title: "the plan takes a host away",
        resources: [
          updatedSecret(
            { secure_access_host: ["a.internal", "b.internal"] },
            { secure_access_host: ["a.internal"] },
          ),
        ],
      },
    ],
    fail: [
      { title: "a wildcard", resources: [reaching("*.internal")] },
      { title: "a network", resources: [reaching("10.0.0.0/8")] },
      { title: "a metadata service", resources: [reaching("169.254.169.254")] },
      { title: "every address", resources: [reaching("0.0.0.0")] },
      { title: "no host at all", resources: [reaching("ssh://reporting.internal")] },
      {
        title: "a host that is not on the list",
        resources: [reaching("reporting.example.com")],
        policy: { allowed: { secure_access_hosts: ["*.internal"] } },
      },
      {
        title: "the plan adds a host",
        resources: [
          updatedSecret(
            { secure_access_host: ["a.internal"] },
            { secure_access_host: ["a.internal", "b.internal"] },
          ),
        ],
      },
    ],
  },
  *check({ deployment, policy }) {
    for (const { address, attributes, before } of secretsOf(deployment)) {
      const earlier =
        before === undefined ? undefined : new Set(asTexts(before.secure_access_host));
      for (const host of asTexts(attributes.secure_access_host)) {
        const added = earlier !== undefined && !earlier.has(host);
        const problem = judge(host, policy) ?? (added ? "sessions get a new host, %" : undefined);
        if (problem === undefined) continue;
        const message = problem.replace("%", () => shown(host));
        yield { address, attribute: "secure_access_host", message };
      }
    }
  },
};

/** What is wrong with one host; `%` represents the host. */
function judge(written: string, { allowed }: RulePolicy): string | undefined {
  if (written.includes("*")) return "the host % of a session is a wildcard";
  if (/\/\d+$/.test(written)) return "the host % of a session is a whole network";
  const host = parseHost(written);
  if (host === undefined) return 'the host % of a session is neither "host" nor "host:port"';
  if (host.forbidden) return "the host % of a session is link-local or a metadata service";
  if (allowed.secure_access_hosts === undefined) return undefined;
  return matchesAny(allowed.secure_access_hosts, host.name)
    ? undefined
    : "the host % of a session is not listed under allowed.secure_access_hosts";
}

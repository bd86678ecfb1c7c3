import { shown } from "../display.ts";
import type { Host } from "../evidence/host.ts";
import { parseUrl } from "../evidence/url.ts";
import { targetsOf, type Value } from "../model.ts";
import { matchesAny } from "../pattern.ts";
import type { RulePolicy } from "../policy.ts";
import type { Observation, Rule } from "../rule.ts";
import { asText } from "../values.ts";
import { target, updatedTarget } from "./example.ts";

const at = (host: string) => target({ url: `https://${host}/rotate` });

export const targetHost: Rule = {
  id: "AKR031",
  title: "Web Target on a suspicious host",
  severity: "high",
  phase: "synth",
  reason:
    "Anyone who answers at this host receives every current password. An IP address does not say who that is, and a metadata service is never a rotator.",
  remedy:
    "Use a name that you control, and list it under allowed.target_hosts; ask the owner of the rotator before you change the host.",
  examples: {
    pass: [
      { title: "a name", resources: [target()] },
      {
        title: "a name on the list",
        resources: [target()],
        policy: { allowed: { target_hosts: ["*.internal"] } },
      },
      {
        title: "an address on the list",
        resources: [at("10.1.2.3")],
        policy: { allowed: { target_hosts: ["10.1.2.3"] } },
      },
    ],
    fail: [
      { title: "an address (medium)", resources: [at("10.1.2.3")] },
      { title: "this machine (info)", resources: [at("localhost:8443")] },
      { title: "a metadata service", resources: [at("169.254.169.254")] },
      { title: "a metadata service, disguised", resources: [at("[::ffff:a9fe:a9fe]")] },
      { title: "a name that spells an address", resources: [at("10.1.2.3.nip.io")] },
      {
        title: "a name that is not on the list",
        resources: [at("rotator.example.com")],
        policy: { allowed: { target_hosts: ["*.internal"] } },
      },
      {
        title: "the plan moves the target from a name to an address (high)",
        resources: [updatedTarget({}, { url: "https://10.1.2.3:8443/rotate" })],
      },
      {
        title: "the plan moves the target to this machine (high)",
        resources: [updatedTarget({}, { url: "https://localhost:8443/rotate" })],
      },
      {
        title: "the plan moves the target to another host",
        resources: [updatedTarget({}, { url: "https://other.internal:8443/rotate" })],
      },
    ],
  },
  *check({ deployment, policy }) {
    for (const { address, attributes, before } of targetsOf(deployment)) {
      const host = hostOf(attributes.url);
      if (host === undefined) continue;
      const found = worst(judge(host, policy), moved(hostOf(before?.url), host));
      if (found !== undefined) yield { address, attribute: "url", ...found };
    }
  },
};

type Problem = Pick<Observation, "message" | "severity">;

function judge(host: Host, { allowed }: RulePolicy): Problem | undefined {
  const name = shown(host.name);
  if (host.forbidden) {
    return { message: `the target's host ${name} is or spells a link-local or metadata address` };
  }
  if (allowed.target_hosts !== undefined) {
    if (matchesAny(allowed.target_hosts, host.name)) return undefined;
    return { message: `the target's host ${name} is not listed under allowed.target_hosts` };
  }
  if (host.loopback) {
    return { severity: "info", message: `the target's host ${name} is the gateway's own machine` };
  }
  if (host.address) {
    return { severity: "medium", message: `the target's host ${name} is an address, not a name` };
  }
  return undefined;
}

/** A move is as bad as the rule says, also where the new host alone would be milder. */
function worst(problem: Problem | undefined, move: Problem | undefined): Problem | undefined {
  if (move === undefined || problem === undefined) return problem ?? move;
  return problem.severity === undefined
    ? problem
    : { message: `${move.message}; ${problem.message}` };
}

function moved(before: Host | undefined, after: Host): Problem | undefined {
  if (before === undefined || before.name === after.name) return undefined;
  return { message: `the target moves from host ${shown(before.name)} to ${shown(after.name)}` };
}

function hostOf(url: Value | undefined): Host | undefined {
  const known = asText(url);
  return known === undefined ? undefined : parseUrl(known)?.host;
}

import { defined } from "../../../common/defined.ts";
import { shown } from "../display.ts";
import { parseUrl } from "../evidence/url.ts";
import type { ProviderUse } from "../model.ts";
import { matchesAny } from "../pattern.ts";
import type { RulePolicy } from "../policy.ts";
import type { Observation, Rule } from "../rule.ts";
import { asText } from "../values.ts";
import { provider } from "./example.ts";

const withoutVersion = (): ProviderUse => {
  const { version: _, ...rest } = provider();
  return rest;
};

export const providerConfiguration: Rule = {
  id: "AKR090",
  title: "provider not pinned or gateway not safe",
  severity: "high",
  phase: "synth",
  reason:
    "Every secret passes through the provider to the gateway: another provider version may behave differently, and without TLS anyone on the network path can read them.",
  remedy:
    'Pin the provider to one major version ("~> 2.0"), and use https:// for the gateway. If git tracks the folder in which Terraform runs (cdktf.out usually is ignored), commit its lock file too.',
  examples: {
    pass: [
      { title: "pinned, over https", providers: [provider()] },
      { title: "an exact version", providers: [provider({ version: "2.0.5" })] },
    ],
    fail: [
      { title: "no version", providers: [withoutVersion()] },
      { title: "any later version", providers: [provider({ version: ">= 2.0" })] },
      {
        title: "a version that knows no Secure Remote Access",
        providers: [provider({ version: "~> 1.11" })],
      },
      { title: "http", providers: [provider({ gateway: "http://gateway.internal:8080" })] },
      {
        title: "http on the same machine (info)",
        providers: [provider({ gateway: "http://localhost:8081" })],
      },
      {
        title: "a password in the address",
        providers: [provider({ gateway: "https://a:example@gateway.internal" })],
      },
      {
        title: "a gateway that is not on the list",
        providers: [provider({ gateway: "https://gateway.example.com" })],
        policy: { allowed: { gateways: ["*.internal"] } },
      },
      {
        title: "the plan goes to another gateway",
        providers: [provider({ gatewayBefore: "https://other.internal" })],
      },
    ],
  },
  *check({ deployment, policy }) {
    for (const use of deployment.providers) {
      const { address } = use;
      const pinning = judgeVersion(use.version);
      if (pinning !== undefined) yield { address, attribute: "version", message: pinning };
      for (const problem of judgeGateway(use, policy)) {
        yield { address, attribute: "api_gateway_address", ...problem };
      }
    }
  },
};

function judgeVersion(version: string | undefined): string | undefined {
  if (version === undefined || version.trim() === "") {
    return "the provider has no version constraint";
  }
  const parts = version.split(",").map((part) => part.trim());
  const bounded = parts.some((part) => /^(=\s*)?v?\d|^(~>|<=?)\s*v?\d/.test(part));
  if (!bounded) return `the provider's version ${shown(version)} has no upper bound`;
  const old = parts.some((part) => /^(=|~>|<=?)?\s*v?[01](\.|$)/.test(part));
  return old
    ? `the provider's version ${shown(version)} is older than 2.0, which lacks Secure Remote Access and delete protection`
    : undefined;
}

function* judgeGateway(
  { gateway, gatewayBefore }: ProviderUse,
  { allowed }: RulePolicy,
): Iterable<Pick<Observation, "message" | "severity">> {
  const written = asText(gateway);
  if (written === undefined || written === "") return;
  const facts = parseUrl(written);
  if (facts === undefined) {
    yield { message: "the gateway's address is not an absolute URL with a host" };
    return;
  }
  const { host, scheme } = facts;
  const name = shown(host.name);
  if (facts.userinfo || facts.credentialParameters.length > 0) {
    yield { message: `the address of the gateway ${name} has a credential in it` };
  }
  if (scheme !== "https") {
    yield {
      message: `the address of the gateway ${name} starts with ${shown(`${scheme}:`)} instead of "https:"`,
      ...defined({ severity: scheme === "http" && host.loopback ? "info" : undefined }),
    };
  }
  if (allowed.gateways !== undefined && !matchesAny(allowed.gateways, host.name)) {
    yield { message: `the gateway ${name} is not listed under allowed.gateways` };
  }
  const before = parseUrl(asText(gatewayBefore) ?? "")?.host.name;
  if (before !== undefined && before !== host.name) {
    yield { message: `the gateway changes from ${shown(before)} to ${name}` };
  }
}

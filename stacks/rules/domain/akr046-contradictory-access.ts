import { type Attributes, secretsOf, UNKNOWN } from "../model.ts";
import type { Rule } from "../rule.ts";
import { asFlag, isHidden, isUnset } from "../values.ts";
import { SAFE_ACCESS, secret } from "./example.ts";

const SETTINGS = [
  "secure_access_host",
  "secure_access_url",
  "secure_access_certificate_issuer",
  "secure_access_ssh_user",
  "secure_access_rdp_user",
  "secure_access_rdp_domain",
] as const;
const SWITCHES = [
  "secure_access_web",
  "secure_access_web_browsing",
  "secure_access_web_proxy",
  "secure_access_allow_external_user",
] as const;

export const contradictoryAccess: Rule = {
  id: "AKR046",
  title: "Secure Remote Access contradicts itself",
  severity: "low",
  phase: "synth",
  reason:
    "Settings without effect mislead the reader, and take effect as soon as somebody turns Secure Remote Access on.",
  remedy:
    "Declare it with SecureRemoteAccess.ssh, .rdp or .web, which cannot contradict themselves.",
  examples: {
    pass: [
      { title: "off, and nothing left behind", resources: [secret()] },
      { title: "on, with a host", resources: [secret(SAFE_ACCESS)] },
      {
        title: "a variable decides",
        resources: [secret({ ...SAFE_ACCESS, secure_access_enable: UNKNOWN })],
      },
    ],
    fail: [
      {
        title: "off, with hosts left behind",
        resources: [secret({ ...SAFE_ACCESS, secure_access_enable: "false" })],
      },
      {
        title: "on, without host or page",
        resources: [secret({ secure_access_enable: "true", rotate_after_disconnect: "true" })],
      },
      {
        title: "isolated browsing and proxy at once",
        resources: [
          secret({
            ...SAFE_ACCESS,
            secure_access_url: "https://reporting.internal/",
            secure_access_web_browsing: true,
            secure_access_web_proxy: true,
          }),
        ],
      },
      {
        title: "a web session without page",
        resources: [secret({ ...SAFE_ACCESS, secure_access_web: true })],
      },
    ],
  },
  *check({ deployment }) {
    for (const { address, attributes } of secretsOf(deployment)) {
      for (const message of contradictions(attributes)) {
        yield { address, attribute: "secure_access_enable", message };
      }
    }
  },
};

function* contradictions(attributes: Attributes): Iterable<string> {
  const on = asFlag(attributes.secure_access_enable);
  if (on === undefined) return;
  const left = [
    ...SETTINGS.filter((name) => !isHidden(attributes[name]) && !isUnset(attributes[name])),
    ...SWITCHES.filter((name) => asFlag(attributes[name])),
  ];
  if (!on) {
    if (left.length > 0) yield `Secure Remote Access is off, but ${left.join(", ")} are still set`;
    return;
  }
  const unset = (name: string) => isUnset(attributes[name]);
  if (unset("secure_access_host") && unset("secure_access_url")) {
    yield "Secure Remote Access is on, but leads neither to a host nor to a page";
  }
  if (asFlag(attributes.secure_access_web_browsing) && asFlag(attributes.secure_access_web_proxy)) {
    yield "isolated browsing and web proxy exclude each other, and both are on";
  }
  if (asFlag(attributes.secure_access_web) && unset("secure_access_url")) {
    yield "a web session is declared without the page that it opens";
  }
}

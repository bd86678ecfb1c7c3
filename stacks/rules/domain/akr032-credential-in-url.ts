import { shown, shownAll } from "../display.ts";
import { parseUrl, type UrlFacts } from "../evidence/url.ts";
import { secretsOf, targetsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { asText } from "../values.ts";
import { SAFE_ACCESS, secret, target } from "./example.ts";

export const credentialInUrl: Rule = {
  id: "AKR032",
  title: "credential or fragment in a URL",
  severity: "high",
  phase: "synth",
  reason:
    "A URL is stored in clear, shown in plans, and ends up in the logs of every proxy on the way. A fragment is never sent at all.",
  remedy:
    "Leave user name, password, tokens and fragment out of the URL: the gateway authenticates itself with the AkeylessCreds header.",
  examples: {
    pass: [
      { title: "nothing but an address", resources: [target()] },
      {
        title: "a harmless parameter",
        resources: [target({ url: "https://rotator.internal/rotate?region=eu" })],
      },
    ],
    fail: [
      {
        title: "user name and password",
        resources: [target({ url: "https://user:example@rotator.internal/" })],
      },
      {
        title: "a token as parameter",
        resources: [target({ url: "https://rotator.internal/?access_token=example" })],
      },
      { title: "a fragment", resources: [target({ url: "https://rotator.internal/#rotate" })] },
      {
        title: "a password in the page of Secure Remote Access",
        resources: [
          secret({ ...SAFE_ACCESS, secure_access_url: "https://a:example@app.internal/" }),
        ],
      },
    ],
  },
  *check({ deployment }) {
    const urls = [
      ...targetsOf(deployment).map((target) => [target, "url"] as const),
      ...secretsOf(deployment).map((secret) => [secret, "secure_access_url"] as const),
    ];
    for (const [{ address, attributes }, attribute] of urls) {
      const facts = parseUrl(asText(attributes[attribute]) ?? "");
      for (const message of facts === undefined ? [] : problems(facts, attribute)) {
        yield { address, attribute, message };
      }
    }
  },
};

function* problems(facts: UrlFacts, attribute: string): Iterable<string> {
  const where = `the ${attribute} on ${shown(facts.host.name)}`;
  if (facts.userinfo) yield `${where} has a user name or password in it`;
  if (facts.credentialParameters.length > 0) {
    yield `${where} has a credential in its query: ${shownAll(facts.credentialParameters)}`;
  }
  // A page in a browser may well use its fragment; what the gateway calls cannot.
  if (facts.fragment && attribute === "url") yield `${where} has a fragment, which is never sent`;
}

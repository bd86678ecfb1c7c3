import { type Resource, secretsOf } from "../model.ts";
import type { Observation, Rule } from "../rule.ts";
import { asFlag } from "../values.ts";
import { secret, updatedSecret } from "./example.ts";

const web = (browsing: boolean, proxy: boolean) => ({
  secure_access_enable: "true",
  secure_access_web: true,
  secure_access_url: "https://reporting.internal/login",
  secure_access_web_browsing: browsing,
  secure_access_web_proxy: proxy,
  rotate_after_disconnect: "true",
});

const ISOLATION = ["secure_access_web_browsing", "secure_access_web_proxy"] as const;

export const isolation: Rule = {
  id: "AKR044",
  title: "web session without isolation",
  severity: "medium",
  phase: "synth",
  reason:
    "With isolated browsing or the proxy the password stays on the bastion; in direct mode a browser extension types it into the page on the user's own machine.",
  remedy:
    'Use mode "isolated" or "proxy" if the account is worth protecting from the user\'s machine.',
  examples: {
    pass: [
      { title: "isolated browsing", resources: [secret(web(true, false))] },
      {
        title: "from the proxy to isolated browsing",
        resources: [updatedSecret(web(false, true), web(true, false))],
      },
    ],
    fail: [
      { title: "direct (info)", resources: [secret(web(false, false))] },
      {
        title: "the plan leaves isolated browsing for direct access",
        resources: [updatedSecret(web(true, false), web(false, false))],
      },
      {
        title: "the plan leaves isolated browsing for the proxy",
        resources: [updatedSecret(web(true, false), web(false, true))],
      },
    ],
  },
  *check({ deployment }) {
    for (const secret of secretsOf(deployment)) {
      const problem = judge(secret);
      if (problem === undefined) continue;
      yield { address: secret.address, attribute: "secure_access_web_browsing", ...problem };
    }
  },
};

function judge({
  attributes,
  before,
}: Resource): Pick<Observation, "message" | "severity"> | undefined {
  if (!asFlag(attributes.secure_access_enable)) return undefined;
  const [browsing, proxy] = ISOLATION.map((name) => asFlag(attributes[name]));
  const [browsingBefore, proxyBefore] = ISOLATION.map((name) => asFlag(before?.[name]));
  const direct = browsing === false && proxy === false;
  if (direct && (browsingBefore || proxyBefore)) {
    return { message: "the web session loses its isolation and becomes direct" };
  }
  if (browsingBefore && browsing === false) {
    return { message: "the web session leaves isolated browsing for the proxy" };
  }
  if (!direct || !asFlag(attributes.secure_access_web)) return undefined;
  return {
    severity: "info",
    message: "the web session is direct: the password reaches the browser of the user",
  };
}

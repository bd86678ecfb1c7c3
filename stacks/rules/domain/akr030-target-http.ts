import { defined } from "../../../common/defined.ts";
import { shown } from "../display.ts";
import { parseUrl } from "../evidence/url.ts";
import { targetsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { asText } from "../values.ts";
import { target, updatedTarget } from "./example.ts";

export const targetHttp: Rule = {
  id: "AKR030",
  title: "Web Target without TLS",
  severity: "high",
  phase: "synth",
  reason:
    "The gateway sends the payload with the current password, and gets the new one, over this connection.",
  remedy: "Serve the rotator over https and change the target's url.",
  examples: {
    pass: [{ title: "https", resources: [target()] }],
    fail: [
      { title: "http", resources: [target({ url: "http://rotator.internal/rotate" })] },
      {
        title: "http on the same machine (info)",
        resources: [target({ url: "http://127.0.0.1:8080/" })],
      },
      { title: "another scheme", resources: [target({ url: "ftp://rotator.internal/" })] },
      { title: "no URL", resources: [target({ url: "rotator.internal" })] },
      {
        title: "the plan goes from https to http",
        resources: [updatedTarget({}, { url: "http://rotator.internal:8443/rotate" })],
      },
    ],
  },
  *check({ deployment }) {
    for (const { address, attributes } of targetsOf(deployment)) {
      const url = asText(attributes.url);
      if (url === undefined) continue;
      const facts = parseUrl(url);
      if (facts === undefined) {
        yield { address, attribute: "url", message: "the url is not an absolute URL with a host" };
      } else if (facts.scheme !== "https") {
        yield {
          address,
          attribute: "url",
          message: `the url of ${shown(facts.host.name)} starts with ${shown(`${facts.scheme}:`)} instead of "https:"`,
          ...defined({
            severity: facts.scheme === "http" && facts.host.loopback ? "info" : undefined,
          }),
        };
      }
    }
  },
};

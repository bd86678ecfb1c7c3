import { shown } from "../display.ts";
import { parseUrl } from "../evidence/url.ts";
import { type Backend, secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { asFlag, asText } from "../values.ts";
import { secret } from "./example.ts";

const at = (type: string, attributes: Backend["attributes"] = {}): Backend => ({
  type,
  attributes,
});

export const stateInClear: Rule = {
  id: "AKR092",
  title: "state with live passwords not encrypted",
  severity: "medium",
  phase: "synth",
  reason:
    "The provider reads each rotated payload into Terraform's state, so anyone who reads the state has every live password.",
  remedy:
    "Give the environment an encrypted backend with few readers, for example S3Backend with encrypt: true, or manage the secrets out of state.",
  examples: {
    pass: [
      { title: "an encrypted bucket", resources: [secret()], backend: at("s3", { encrypt: true }) },
      { title: "a service that encrypts by itself", resources: [secret()], backend: at("gcs") },
      { title: "no secret in the state", backend: at("local") },
      {
        title: "secrets out of state",
        resources: [secret({}, { outOfState: true })],
        backend: at("local"),
      },
    ],
    fail: [
      { title: "a file", resources: [secret()], backend: at("local") },
      { title: "a key-value store", resources: [secret()], backend: at("consul") },
      {
        title: "encryption switched off",
        resources: [secret()],
        backend: at("s3", { encrypt: false }),
      },
      {
        title: "over http",
        resources: [secret()],
        backend: at("http", { address: "http://state.internal/prod" }),
      },
    ],
  },
  *check({ deployment }) {
    const { backend } = deployment;
    if (backend === undefined) return;
    if (!secretsOf(deployment).some(({ outOfState }) => outOfState !== true)) return;
    const problem = problemOf(backend);
    if (problem !== undefined) yield { address: backendAddress(backend), message: problem };
  },
};

/** How a backend is called among addresses. */
export const backendAddress = ({ type }: Backend): string => `backend.${type}`;

/** Backends that write the state as it is; others encrypt at rest, as their documentation says. */
const IN_CLEAR: Readonly<Record<string, string>> = {
  local: "a file on this machine",
  inmem: "kept in memory",
  consul: "a value in Consul",
  pg: "a row in PostgreSQL",
  kubernetes: "a Secret in Kubernetes",
};

function problemOf({ type, attributes }: Backend): string | undefined {
  const place = IN_CLEAR[type];
  if (place !== undefined) return `the state is ${place}, where live passwords are in clear`;
  const { encrypt, address } = attributes;
  if (encrypt !== undefined && encrypt !== null && asFlag(encrypt) === false) {
    return `the backend ${shown(type)} is told not to encrypt the state, which holds live passwords`;
  }
  const scheme = parseUrl(asText(address) ?? "")?.scheme;
  return scheme === "http" ? "the state, with live passwords in it, travels over http" : undefined;
}

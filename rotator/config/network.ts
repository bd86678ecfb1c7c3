import * as z from "zod";
import { holdsLogin, mayCarryCredentials, toUrl } from "../../common/url.ts";

const port = z.int().min(0).max(65_535);
const file = z.string().min(1);

const tlsSchema = z
  .strictObject({
    cert_file: file.meta({ description: "Certificate chain, PEM. Read again when it changes." }),
    key_file: file.meta({ description: "Private key, PEM. Read again when it changes." }),
    client_ca_file: file.optional().meta({
      description: "CA of client certificates, PEM. When set, only callers with one are served.",
    }),
    client_names: z
      .array(z.string().regex(/^[A-Za-z0-9._~:/-]+$/, "a DNS name or a URI, as in the certificate"))
      .min(1)
      .max(32)
      .optional()
      .meta({
        description:
          "Names of callers: one of them must be in the client certificate (SAN: DNS name or URI, such as spiffe://…), letter for letter. Without it, every certificate of `client_ca_file` is served.",
      }),
    reload_seconds: z
      .int()
      .min(1)
      .max(86_400)
      .default(30)
      .meta({ description: "How often the files are compared with what is served." }),
  })
  .refine(
    ({ client_ca_file: ca, client_names: names }) => names === undefined || ca !== undefined,
    {
      path: ["client_names"],
      message: "needs client_ca_file, which vouches for the names",
    },
  );

/** Where the gateway reaches the rotator. */
export const listenSchema = z.strictObject({
  host: z.string().min(1).default("0.0.0.0").meta({ description: "Address to listen on." }),
  port: port.default(8443).meta({ description: "Port to listen on; 0 chooses a free one." }),
  path: z
    .string()
    .regex(/^\/[A-Za-z0-9/_.~-]*$/, "a path starts with / and has no query")
    .default("/rotate")
    .meta({
      description:
        "The only path that is served. The gateway calls the Web Target's URL as it is stored and appends nothing, so both must agree.",
    }),
  tls: tlsSchema.optional().meta({
    description:
      "Certificate to serve. Required, unless `listen.host` is a loopback address (for a TLS proxy in the same pod) or `listen.allow_plain_http` is set.",
  }),
  allow_plain_http: z.boolean().default(false).meta({
    description:
      "Serve without TLS at any address. Use it only if the network between gateway and rotator encrypts (a service mesh); otherwise tokens and passwords cross it in clear.",
  }),
});

/** Where Prometheus and the orchestrator look. */
export const metricsSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default("127.0.0.1")
    .meta({ description: "Address of /metrics, /livez and /readyz. Plain HTTP, no secrets." }),
  port: port.default(9464).meta({ description: "Port of /metrics, /livez and /readyz." }),
});

/** Public name of the service that proves an AkeylessCreds header. */
export const DEFAULT_VALIDATION_URL = "https://auth.akeyless.io/validate-producer-credentials";

function isHttpsOrLoopback(text: string): boolean {
  const url = toUrl(text);
  return url !== undefined && !holdsLogin(url) && mayCarryCredentials(url);
}

const PROXY_FORM = "must be none, or http(s)://host:port without credentials";

function isProxy(text: string): boolean {
  const url = toUrl(text);
  if (url === undefined || holdsLogin(url)) return false;
  return /^https?:$/.test(url.protocol) && url.pathname === "/";
}

/** Whom the rotator serves, and who proves it. */
export const akeylessSchema = z.strictObject({
  access_ids: z
    .array(
      z
        .string()
        .regex(/^p-[A-Za-z0-9._-]{1,62}$/, "an access id looks like p-1234abcd")
        .refine((id) => id !== "p-custom", "p-custom is the id of dry runs: see allow_dry_run"),
    )
    .min(1)
    .max(8)
    .meta({
      description: "Access ids of the gateways that may call (a gateway's own, not a user's).",
    }),
  validation_url: z
    .string()
    .refine(
      isHttpsOrLoopback,
      "must be an https URL without credentials (http only for a loopback host, as tests need it)",
    )
    .default(DEFAULT_VALIDATION_URL)
    .meta({ description: "Endpoint that proves the AkeylessCreds header of a request." }),
  ca_file: file
    .optional()
    .meta({ description: "CA of that endpoint, PEM; replaces the system's CAs." }),
  proxy: z
    .union([z.literal("none"), z.string().refine(isProxy, PROXY_FORM)])
    .optional()
    .meta({
      description:
        "Proxy through which that endpoint is reached, such as http://proxy.internal:3128; `none` for no proxy. Default: what HTTPS_PROXY and NO_PROXY say in the environment (a proxy that needs a password can only be there).",
    }),
  verdict_cache_ms: z.int().min(0).max(300_000).default(0).meta({
    description:
      "How long to accept a confirmed AkeylessCreds header without asking Akeyless again, in milliseconds. 0 asks for every request, as Akeyless demands. A larger value saves a call if a token comes again soon, but for that time the rotator also serves a revoked token, or an access id that lost its rights.",
  }),
  allow_dry_run: z.boolean().default(false).meta({
    description:
      "Whether tokens of the access id p-custom are answered; then nothing is changed and the payload comes back as it came. No gateway is known to send them: a dry run as Akeyless documents it carries the gateway's own access id and the real payload, so it is a rotation like any other.",
  }),
});

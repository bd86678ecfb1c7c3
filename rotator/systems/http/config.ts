import { isIP } from "node:net";
import * as z from "zod";
import { hostOf, isLocalOrInCluster } from "../../../common/host.ts";
import { toUrl } from "../../../common/url.ts";
import { allowList, isAllowed } from "../addresses.ts";
import { commonMembers } from "../common-config.ts";
import { secretMembers } from "../secret-source.ts";
import { recipeSchema } from "./recipe.ts";

const origin = z
  .string()
  .refine(
    (value) => URL.canParse(value) && /^https?:\/\/[^/?#@\s]+\/?$/.test(value),
    "must be scheme, host and port only, such as https://reporting.internal:8443",
  );

const network = z.string().refine((value) => {
  const [address = "", bits, ...rest] = value.split("/");
  const kind = isIP(address);
  const limit = kind === 6 ? 128 : 32;
  const size = bits === undefined ? limit : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  return kind !== 0 && rest.length === 0 && size >= 0 && size <= limit;
}, "must be an address or a network such as 10.20.0.0/16");

/** Configuration of an HTTP system: a recipe, and where and how to reach the product. */
export const httpSystemSchema = z
  .strictObject({
    type: z.literal("http").describe("A product with an HTTP interface, described by a recipe."),
    recipe: z
      .union([z.string().min(1), recipeSchema], {
        error: "must be the name of a recipe, the path of its file, or the recipe itself",
      })
      .describe("Name of a shipped recipe, path of a recipe file, or the recipe itself."),
    origin: origin.describe("Scheme, host and port: the only place this system ever talks to."),
    base_path: z
      .string()
      .regex(/^(?:\/[A-Za-z0-9._~-]+)*$/, "must look like /auth, without a slash at the end")
      .refine((value) => !/(^|\/)\.{1,2}(\/|$)/.test(value), "must not contain . or ..")
      .default("")
      .describe("Path below which the product is served."),
    authority: z
      .enum(["account", "admin"])
      .default("account")
      .describe("Who changes the password: the account itself, or the admin credential."),
    parameters: z
      .record(z.string(), z.string())
      .default({})
      .describe("Values that the recipe asks for, such as a realm. Never secrets."),
    admin: z
      .strictObject({
        username: z.string().min(1).optional().describe("User name of the admin credential."),
        client_id: z.string().min(1).optional().describe("OAuth client of the admin credential."),
        ...secretMembers("password"),
        ...secretMembers("token"),
        ...secretMembers("client_secret"),
      })
      .optional()
      .describe("The operator's own credential; sent to this origin only."),
    ca_file: z
      .string()
      .min(1)
      .optional()
      .describe("PEM file of the CAs to trust instead of the public ones."),
    client_certificate_file: z
      .string()
      .min(1)
      .optional()
      .describe("PEM certificate that the rotator shows to the system (mutual TLS)."),
    client_key_file: z.string().min(1).optional().describe("PEM key of that certificate."),
    server_name: z.string().min(1).optional().describe("Name to expect in the certificate."),
    allow_plain_http: z
      .boolean()
      .default(false)
      .describe(
        "Accept an http origin: loopback and *.svc hosts only. Passwords travel unencrypted.",
      ),
    proxy: z
      .union([z.literal("environment"), z.url({ protocol: /^https?$/ })], {
        error: "must be the URL of a proxy, or environment",
      })
      .optional()
      .describe(
        "Proxy to use (CONNECT): its URL, or `environment` for HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Default: no proxy, even if these variables are set.",
      ),
    allowed_networks: z
      .array(network)
      .default([])
      .describe("Connect only to addresses in these networks. Default: any but link-local."),
    timeout_ms: z.int().min(100).max(30_000).default(8_000).describe("For one request."),
    max_response_bytes: z
      .int()
      .min(1_024)
      .max(4_194_304)
      .default(262_144)
      .describe("Largest answer that is read."),
    ...commonMembers,
  })
  .superRefine((config, context) => {
    const problem = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    const url = toUrl(config.origin);
    if (url?.protocol === "http:" && !isLocalOrInCluster(url.hostname)) {
      problem("origin", "must be https: plain http is for loopback and *.svc hosts only");
    } else if (url?.protocol === "http:" && !config.allow_plain_http) {
      problem("origin", "must be https, or set allow_plain_http: true, as this host is near");
    }
    const address = url ? hostOf(url) : "";
    if (isIP(address) !== 0 && !isAllowed(address, allowList(config.allowed_networks))) {
      const list = "allowed_networks and the addresses that are never allowed";
      problem("origin", `is an address that no system may have, see ${list}`);
    }
    if (config.proxy !== undefined && config.allowed_networks.length > 0) {
      problem("allowed_networks", "cannot be kept through a proxy, which resolves names itself");
    }
    if ((config.client_certificate_file === undefined) !== (config.client_key_file === undefined)) {
      problem("client_certificate_file", "needs client_key_file too, and the other way round");
    }
    if (config.authority === "admin" && config.admin === undefined) {
      problem("admin", "is needed because authority is admin");
    }
    for (const name of ["password", "token", "client_secret"] as const) {
      if (config.admin?.[`${name}_file`] && config.admin[`${name}_env`]) {
        problem("admin", `has ${name}_file or ${name}_env, not both`);
      }
    }
  });

export type HttpSystemConfig = z.output<typeof httpSystemSchema>;

import { parseUrl } from "../../rules/evidence/url.ts";

/** How the values of an attribute may be shown. */
type Form = "plain" | "url";

const SECRET_NAMES = [
  ...["name", "target_name", "key", "auto_rotate", "rotation_interval", "rotation_hour"],
  ...["rotation_event_in", "enable_password_policy", "password_length", "use_capital_letters"],
  ...["use_lower_letters", "use_numbers", "use_special_characters", "delete_protection"],
  ...["max_versions", "keep_prev_version", "authentication_credentials", "timeout_sec"],
  ...["enable", "host", "web", "web_browsing", "web_proxy", "certificate_issuer", "ssh_user"].map(
    (name) => `secure_access_${name}`,
  ),
  ...["rdp_user", "rdp_domain", "allow_external_user"].map((name) => `secure_access_${name}`),
  ...["rotate_after_disconnect", "lock_during_sra_session", "skip_dry_run"],
];

/**
 * The fourth net: values are shown only of attributes that are known to be harmless (switches,
 * numbers, hosts, names). Of all others the review says only that they changed.
 */
const ALLOWED: Readonly<Record<string, ReadonlyMap<string, Form>>> = {
  akeyless_rotated_secret_custom: new Map<string, Form>([
    ...SECRET_NAMES.map((name): [string, Form] => [name, "plain"]),
    ["secure_access_url", "url"],
  ]),
  akeyless_target_web: new Map<string, Form>([
    ["name", "plain"],
    ["key", "plain"],
    ["max_versions", "plain"],
    ["keep_prev_version", "plain"],
    ["url", "url"],
  ]),
};

/** The text of a value, where the attribute may be shown; undefined where it may not. */
export function allowedText(type: string, attribute: string, value: unknown): string | undefined {
  const forms = Object.hasOwn(ALLOWED, type) ? ALLOWED[type] : undefined;
  const form = forms?.get(attribute);
  if (form === undefined) return undefined;
  return form === "url" ? urlText(value) : plainText(value);
}

function plainText(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const texts = value.map(scalar);
    return texts.every((text) => text !== undefined) ? texts.join(", ") : undefined;
  }
  return scalar(value);
}

const scalar = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;

/** Of a URL only scheme, host, port and the names of its parameters are shown. */
function urlText(value: unknown): string | undefined {
  if (typeof value !== "string" || parseUrl(value) === undefined) return undefined;
  const { protocol, host, pathname, searchParams } = new URL(value);
  const names = [...new Set(searchParams.keys())].map((name) => `${name}=…`);
  const path = pathname === "/" || pathname === "" ? "" : "/…";
  return `${protocol}//${host}${path}${names.length > 0 ? `?${names.join("&")}` : ""}`;
}

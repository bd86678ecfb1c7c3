import type { ProviderResource } from "../protocol/provider.ts";
import type { ObjectValue } from "../protocol/values.ts";
import type { ApiClient } from "./client.ts";
import { fieldText, texts, withMessage } from "./fields.ts";
import type { ProviderRelease } from "./release.ts";
import { readRotatedSecret } from "./rotated-secret-read.ts";

/** Attributes that create and update always send, "" where they are not set. */
const TEXTS = {
  key: "key",
  description: "description",
  custom_payload: "custom-payload",
  auto_rotate: "auto-rotate",
  rotation_interval: "rotation-interval",
  password_length: "password-length",
  authentication_credentials: "authentication-credentials",
  delete_protection: "delete_protection",
  enable_password_policy: "enable-password-policy",
  max_versions: "max-versions",
  rotate_after_disconnect: "rotate-after-disconnect",
  secure_access_enable: "secure-access-enable",
  secure_access_url: "secure-access-url",
  secure_access_ssh_user: "secure-access-ssh-user",
  secure_access_rdp_domain: "secure-access-rdp-domain",
  secure_access_rdp_user: "secure-access-rdp-user",
  secure_access_certificate_issuer: "secure-access-certificate-issuer",
  use_capital_letters: "use-capital-letters",
  use_lower_letters: "use-lower-letters",
  use_numbers: "use-numbers",
  use_special_characters: "use-special-characters",
} as const;

/** The same for lists: [] where they are not set. */
const LISTS = {
  rotation_event_in: "rotation-event-in",
  secure_access_host: "secure-access-host",
} as const;

/** The same for booleans: false where they are not set. */
const BOOLEANS = {
  secure_access_web: "secure-access-web",
  secure_access_web_browsing: "secure-access-web-browsing",
  secure_access_web_proxy: "secure-access-web-proxy",
  secure_access_allow_external_user: "secure-access-allow-external-user",
} as const;

/** What 2.0.5 has on top. How it sends them is not known: taken to be as its other attributes. */
const LISTS_2_0_5 = { input_rule: "input-rule", output_rule: "output-rule" } as const;
const BOOLEANS_2_0_5 = {
  skip_dry_run: "skip-dry-run",
  ara_enabled: "ara-enabled",
  enable_agentic_runtime_authority: "enable-agentic-runtime-authority",
  enable_ai_quorum: "enable-ai-quorum",
} as const;

/**
 * `akeyless_rotated_secret_custom` of a release with its habits, as measured with 1.11.4 and with a
 * reconstruction of 2.0.1:
 *
 * - Create is not followed by Read, and does not send `keep_prev_version`.
 * - Read refreshes `custom_payload` from the current value, and never what concerns Secure Remote
 *   Access, the timeout, delete protection, credentials mode, versions and events.
 * - Update sends every attribute it knows, set or not, `custom_payload` included: a payload in the
 *   state that is out of date goes back into Akeyless. It never sends `target_name`.
 * - Delete sends the name alone.
 */
export const rotatedSecretCustom = (release: ProviderRelease): ProviderResource<ApiClient> => ({
  forceNew: ["name"],
  defaults: { delete_protection: "false" },
  create: async (client, planned) => {
    const body = {
      ...settings(planned, release),
      "target-name": fieldText(planned.target_name),
      tags: texts(planned.tags),
    };
    await withMessage(
      "can't create rotated secret",
      client.call("rotated-secret-create-custom", body),
    );
    return { ...planned, id: planned.name ?? null };
  },
  read: (client, state) => readRotatedSecret(client, state, release),
  update: async (client, planned) => {
    const name = fieldText(planned.name);
    const body = {
      ...settings(planned, release),
      "new-name": name,
      ...(await tagChanges(client, name, texts(planned.tags))),
      "keep-prev-version": fieldText(planned.keep_prev_version),
    };
    await withMessage(
      "can't update rotated secret",
      client.call("rotated-secret-update-custom", body),
    );
    return { ...planned, id: name };
  },
  delete: async (client, state) => {
    await client.call("delete-item", { name: fieldText(state.id) });
  },
  import: async (client, id) => ({
    ...(await readRotatedSecret(client, { id }, release)),
    name: id,
  }),
});

function settings(planned: ObjectValue, release: ProviderRelease): Record<string, unknown> {
  const lists = release === "2.0.1" ? LISTS : { ...LISTS, ...LISTS_2_0_5 };
  const booleans = release === "2.0.1" ? BOOLEANS : { ...BOOLEANS, ...BOOLEANS_2_0_5 };
  const body: Record<string, unknown> = { name: fieldText(planned.name) };
  for (const [attribute, field] of Object.entries(TEXTS))
    body[field] = fieldText(planned[attribute]);
  for (const [attribute, field] of Object.entries(lists)) body[field] = texts(planned[attribute]);
  for (const [attribute, field] of Object.entries(booleans)) {
    body[field] = planned[attribute] === true;
  }
  body["rotation-hour"] = planned.rotation_hour ?? 0;
  const timeout = planned.timeout_sec;
  if (typeof timeout === "number" && timeout > 0) body["timeout-sec"] = timeout;
  // Custom fields can be set, never cleared.
  const fields = planned.item_custom_fields;
  if (fields && Object.keys(fields).length > 0) body["item-custom-fields"] = fields;
  return body;
}

/** Tags to add and to remove. Where the present ones cannot be read, tags stay as they are. */
async function tagChanges(client: ApiClient, name: string, wanted: readonly string[]) {
  let present: readonly string[];
  try {
    const answer = await client.call("get-tags", { name });
    present = Array.isArray(answer) ? answer.map(String) : [];
  } catch {
    // The real provider ignores this error and silently leaves the tags alone.
    return {};
  }
  const add = wanted.filter((tag) => !present.includes(tag));
  const remove = present.filter((tag) => !wanted.includes(tag));
  return {
    ...(add.length > 0 ? { "add-tag": add } : {}),
    ...(remove.length > 0 ? { "rm-tag": remove } : {}),
  };
}

import type { ProviderResource } from "../protocol/provider.ts";
import { isObject, type ObjectValue, type TerraformValue } from "../protocol/values.ts";
import type { ApiClient } from "./client.ts";
import { fieldText, withMessage } from "./fields.ts";

/**
 * `akeyless_target_web`, as measured with 1.11.4: what is not set goes out as "", Read refreshes url,
 * key and description, and fails for a target that is gone as it does for any other error.
 */
export const targetWeb: ProviderResource<ApiClient> = {
  forceNew: ["name"],
  create: async (client, planned) => {
    await withMessage("can't create Target", client.call("target-create-web", body(planned)));
    return { ...planned, id: planned.name ?? null };
  },
  read: async (client, state) => {
    const request = client.call("target-get-details", { name: fieldText(state.id) });
    const answer = (await withMessage("can't get value", request)) as ObjectValue;
    const details = child(child(answer, "value"), "web_target_details");
    const target = child(answer, "target");
    return {
      ...state,
      url: details.url ?? state.url ?? null,
      key: target.protection_key_name ?? state.key ?? null,
      description: target.comment ?? state.description ?? null,
    };
  },
  update: async (client, planned) => {
    const request = { ...body(planned), "keep-prev-version": fieldText(planned.keep_prev_version) };
    await withMessage("can't update ", client.call("target-update-web", request));
    return { ...planned, id: planned.name ?? null };
  },
  // Without force-deletion: a target that a secret still uses is refused.
  delete: async (client, state) => {
    await client.call("target-delete", { name: fieldText(state.id) });
  },
  import: async (_client, id) => ({ id, name: id }),
};

function body(planned: ObjectValue) {
  return {
    name: fieldText(planned.name),
    url: fieldText(planned.url),
    key: fieldText(planned.key),
    description: fieldText(planned.description),
    "max-versions": fieldText(planned.max_versions),
  };
}

/** The real provider panics where this object is missing: so the stand-in refuses to go on too. */
function child(parent: ObjectValue, name: string): ObjectValue {
  const value: TerraformValue = parent[name] ?? null;
  if (!isObject(value)) throw new Error(`The API's answer to target-get-details has no ${name}.`);
  return value;
}

import type { DataSource } from "../protocol/provider.ts";
import type { ApiClient } from "./client.ts";
import { fieldText, withMessage } from "./fields.ts";

/**
 * Data source `akeyless_rotated_secret`: `value` is the API's whole answer as JSON text. A missing
 * secret is an error, as is every other one (measured with 1.11.4; the words of the error follow the
 * target's, which were measured).
 */
export const rotatedSecretData: DataSource<ApiClient> = {
  defaults: { ignore_cache: "false" },
  read: async (client, config) => {
    const request = client.call("get-rotated-secret-value", {
      names: fieldText(config.name),
      version: typeof config.version === "number" ? config.version : 0,
      "ignore-cache": fieldText(config.ignore_cache),
      ...(fieldText(config.host) === "" ? {} : { host: fieldText(config.host) }),
    });
    const answer = await withMessage("can't get value", request);
    return { ...config, id: fieldText(config.name), value: JSON.stringify(answer) };
  },
};

import type { DataSource } from "../protocol/provider.ts";
import { type ApiClient, ApiError } from "./client.ts";
import { text, toMessage } from "./fields.ts";

/**
 * Data source `akeyless_rotated_secret`, as read in the provider's source 1.11.4, not run against
 * the real provider: `value` is the API's whole answer as JSON text. A missing secret gives an empty
 * `value`, and any other error of the API is not raised but becomes the `value`.
 */
export const rotatedSecretData: DataSource<ApiClient> = {
  defaults: { ignore_cache: "false" },
  read: async (client, config) => {
    const body = {
      names: text(config.name),
      version: typeof config.version === "number" ? config.version : 0,
      "ignore-cache": text(config.ignore_cache),
      ...(text(config.host) === "" ? {} : { host: text(config.host) }),
    };
    const answer = await answerOrError(client, body);
    if (answer === null) return { ...config, id: null, value: null };
    return { ...config, id: text(config.name), value: JSON.stringify(answer) };
  },
};

async function answerOrError(client: ApiClient, body: Record<string, unknown>): Promise<unknown> {
  try {
    return await client.call("get-rotated-secret-value", body);
  } catch (error) {
    if (!(error instanceof ApiError)) throw toMessage("can't get value", error);
    return error.status === 404 ? null : parseOrNothing(error.body);
  }
}

/** An error that is no JSON leaves the answer empty. */
function parseOrNothing(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}

import { ApiError, badRequest, unauthorized } from "../api-error.ts";
import { openOperation } from "../operation.ts";
import { authSchema, validateTokenSchema } from "../requests/authentication.ts";

/** The access types that mean "access id and key"; SDK and Terraform use different words. */
const KEY_TYPES = ["", "access_key", "api_key"];

const auth = openOperation({
  paths: ["/auth"],
  request: authSchema,
  run: (request, { tokens, settings }) => {
    const type = request["access-type"] ?? "";
    if (!KEY_TYPES.includes(type))
      throw badRequest(`access type ${type} is not emulated; use access_key`);
    const accessId = request["access-id"];
    if (!accessId) throw new ApiError(400, "ERR! access-id or email must be provided");
    const issued = tokens.issue(accessId, request["access-key"] ?? "");
    if (!issued)
      throw unauthorized({ accountId: settings.accountId, accessId }, "failed to authenticate:");
    return { token: issued.token, expiration: new Date(issued.expires).toISOString() };
  },
});

const validateToken = openOperation({
  paths: ["/validate-token"],
  request: validateTokenSchema,
  run: ({ token }, { tokens, settings }) => {
    const found = tokens.find(token);
    if (!found) return { is_valid: false, reason: "the token is unknown or expired" };
    return {
      is_valid: true,
      expiration: new Date(found.expires).toISOString(),
      ttl: Math.floor((found.expires - settings.clock.now()) / 1000),
    };
  },
});

/** Operations on API tokens. */
export const authenticationOperations = [auth, validateToken];

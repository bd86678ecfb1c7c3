import type * as z from "zod";
import { ApiError, badRequest, unauthorized } from "../api-error.ts";
import { openOperation, operation } from "../operation.ts";
import type { ApiUser } from "../options.ts";
import {
  authRequestSchema,
  listGatewaysSchema,
  validateTokenSchema,
} from "../requests/authentication.ts";
import type { Tokens } from "../tokens.ts";

type Login = z.output<typeof authRequestSchema>;

type Lookup = (login: Login, tokens: Tokens) => ApiUser | undefined | Promise<ApiUser | undefined>;

/** Who logs in, by access type; SDK and Terraform use different words for access id and key. */
const LOGINS: Readonly<Record<string, Lookup>> = {
  "": byKey,
  access_key: byKey,
  api_key: byKey,
  jwt: (login, tokens) => tokens.userByJwt(accessIdOf(login), login.jwt ?? ""),
  universal_identity: (login, tokens) => tokens.userByUid(login["uid-token"] ?? ""),
};

const auth = openOperation({
  paths: ["/auth"],
  request: authRequestSchema,
  run: async (request, { tokens, settings }) => {
    const type = request["access-type"] ?? "";
    const login = Object.hasOwn(LOGINS, type) ? LOGINS[type] : undefined;
    if (!login)
      throw badRequest(
        `access type ${type} is not emulated; use access_key, jwt or universal_identity`,
      );
    const user = await login(request, tokens);
    const accessId = request["access-id"] ?? "";
    if (!user)
      throw unauthorized({ accountId: settings.accountId, accessId }, "failed to authenticate:");
    const issued = tokens.issue(user);
    return { token: issued.token, expiration: new Date(issued.expires).toISOString() };
  },
});

function byKey(login: Login, tokens: Tokens): ApiUser | undefined {
  return tokens.userByKey(accessIdOf(login), login["access-key"] ?? "");
}

function accessIdOf(login: Login): string {
  const accessId = login["access-id"];
  if (!accessId) throw new ApiError(400, "ERR! access-id or email must be provided");
  return accessId;
}

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

const listGateways = operation({
  paths: ["/list-gateways"],
  request: listGatewaysSchema,
  run: (_, __, { settings: { accountId, gatewayAccessId } }) => ({
    clusters: [
      {
        id: 1,
        cluster_name: `${accountId}/${gatewayAccessId}/defaultCluster`,
        status: "Running",
        display_name: "",
      },
    ],
  }),
});

/** Operations on API tokens and on who the gateway itself is. */
export const authenticationOperations = [auth, validateToken, listGateways];

import * as z from "zod";
import type { ApiUser } from "./options.ts";

/** Who is who in the account; it stays the same over restarts. */
export interface AccountIdentity {
  readonly users: readonly [ApiUser, ...ApiUser[]];
  readonly accountId: string;
  readonly gatewayAccessId: string;
  readonly controlToken: string;
  /** What the key of AkeylessCreds is made of: 32 bytes, base64. States of old have none. */
  readonly signingKey?: string;
}

const capabilities = z.array(z.enum(["create", "read", "update", "delete", "list"]));

const usersSchema = z
  .array(
    z.strictObject({
      accessId: z.string().min(1),
      accessKey: z.string().min(1),
      paths: z.array(z.string()).exactOptional(),
      capabilities: capabilities.exactOptional(),
      rules: z
        .array(z.strictObject({ path: z.string().startsWith("/"), capabilities }))
        .exactOptional(),
      uidToken: z.string().min(1).exactOptional(),
      jwtClaims: z.record(z.string(), z.string()).exactOptional(),
      jwtKeys: z
        .object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) })
        .exactOptional(),
    }),
  )
  .min(1)
  .transform((users) => users as unknown as AccountIdentity["users"]);

/** The identity in a state. */
export const identitySchema = z.object({
  users: usersSchema,
  accountId: z.string(),
  gatewayAccessId: z.string(),
  controlToken: z.string(),
  signingKey: z.base64().length(44).exactOptional(),
});

/** API users from a file; throws zod's error for anything else. */
export function parseUsers(value: unknown): AccountIdentity["users"] {
  return usersSchema.parse(value);
}

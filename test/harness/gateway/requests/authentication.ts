import * as z from "zod";
import { required, textField } from "../wire.ts";

/** /auth: access id and key, JWT and universal identity are emulated. */
export const authRequestSchema = z.object({
  "access-type": textField,
  "access-id": textField,
  "access-key": textField,
  jwt: textField,
  "uid-token": textField,
  "admin-email": textField,
});

/** /validate-token */
export const validateTokenSchema = z.object({ token: required });

/** POST /validate-producer-credentials; an empty item name means no check of the item. */
export const validateProducerSchema = z.object({
  creds: z.string().min(1),
  expected_access_id: z.string().min(1),
  expected_item_name: z.string().optional(),
});

/** /list-gateways */
export const listGatewaysSchema = z.object({});

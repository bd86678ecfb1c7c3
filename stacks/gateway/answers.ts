import * as z from "zod";
import { itemSchema } from "../attributes/item.ts";

/** One page of /list-items. */
export const itemPageSchema = z.object({
  items: z.array(itemSchema).nullish(),
  next_page: z.string().nullish(),
});

/** The gateways of an account; a cluster is named `<account>/<access id>/<name>`. */
export const gatewaysSchema = z.object({
  clusters: z.array(z.object({ cluster_name: z.string().nullish() })).nullish(),
});

/** The value of a custom rotated secret. */
export const valueSchema = z.object({ value: z.object({ payload: z.string() }) });

/** The answer to /auth. */
export const authSchema = z.object({ token: z.string().min(1) });

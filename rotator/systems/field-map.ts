import * as z from "zod";

const names = z.array(z.string().min(1).max(128)).min(1).max(4);

/** Which fields of a payload hold the user name and the secret, where they are called otherwise. */
export const fieldMapSchema = z.strictObject({
  username: names.optional().describe("Fields that hold the user name, such as `user` or `email`."),
  password: names
    .optional()
    .describe("Fields that hold the secret, such as `token` or `api_key`. All are kept the same."),
});

export type FieldMap = z.output<typeof fieldMapSchema>;

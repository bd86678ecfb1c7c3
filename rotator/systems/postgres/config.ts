import * as z from "zod";
import { isLoopback } from "../../../common/host.ts";
import { commonMembers } from "../common-config.ts";
import { secretMembers } from "../secret-source.ts";

/** How to reach a PostgreSQL server; certificates are always verified against the host name. */
export const postgresConnectionMembers = {
  host: z
    .string()
    .regex(/^[A-Za-z0-9._:-]+$/, "must be a host name or an address")
    .describe("Name or address of the server."),
  port: z.int().min(1).max(65_535).default(5432).describe("Port of the server."),
  database: z.string().min(1).max(63).default("postgres").describe("Database to log in to."),
  ca_file: z
    .string()
    .min(1)
    .optional()
    .describe("PEM file of the CAs to trust instead of the public ones."),
  server_name: z.string().min(1).optional().describe("Name to expect in the certificate."),
  plaintext: z
    .boolean()
    .default(false)
    .describe("Connect without TLS; only to a loopback address."),
  timeout_ms: z.int().min(100).max(30_000).default(8_000).describe("For one login or statement."),
};

const login = z.strictObject({
  username: z.string().min(1).max(63).describe("Role to log in as."),
  ...secretMembers("password"),
});

interface Connection {
  readonly host: string;
  readonly plaintext: boolean;
}

/** Plaintext never leaves the machine. */
export function checkConnection(
  config: Connection,
  context: { addIssue(issue: { code: "custom"; path: string[]; message: string }): void },
): void {
  if (config.plaintext && !isLoopback(config.host)) {
    const message = "is allowed for loopback only; give the server a certificate and set ca_file";
    context.addIssue({ code: "custom", path: ["plaintext"], message });
  }
}

/** Configuration of a PostgreSQL server whose roles are rotated. */
export const postgresSystemSchema = z
  .strictObject({
    type: z.literal("postgres").describe("Roles of a PostgreSQL server."),
    ...postgresConnectionMembers,
    authority: z
      .enum(["account", "admin"])
      .default("account")
      .describe("Who changes the password: the role itself, or the admin credential."),
    admin: login
      .optional()
      .describe("A role that may alter the rotated ones (CREATEROLE with ADMIN OPTION on them)."),
    ...commonMembers,
  })
  .superRefine((config, context) => {
    checkConnection(config, context);
    if (config.authority === "admin" && config.admin === undefined) {
      context.addIssue({
        code: "custom",
        path: ["admin"],
        message: "is needed because authority is admin",
      });
    }
  });

export type PostgresSystemConfig = z.output<typeof postgresSystemSchema>;

/**
 * Configuration of the optional lock that replicas share. The connection must not go through a
 * pooler in transaction mode: the lock belongs to the session.
 */
export const sharedLockConfigSchema = z
  .strictObject({
    type: z.literal("postgres").describe("The only kind of lock there is."),
    ...postgresConnectionMembers,
    ...login.shape,
  })
  .superRefine(checkConnection);

export type SharedLockConfig = z.output<typeof sharedLockConfigSchema>;

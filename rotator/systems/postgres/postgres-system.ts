import { escapeIdentifier, escapeLiteral, type QueryResult } from "pg";
import { defined } from "../../../common/defined.ts";
import type { Change, Credential, StepContext, System } from "../system.ts";
import { AnswerError } from "./answers.ts";
import { isPrintableAscii, scramVerifier } from "./scram.ts";
import { isRoleName, openSession, type PostgresServer } from "./session.ts";
import { changeFailure, loginFailure, probeFailure } from "./sqlstate.ts";

/** What a PostgreSQL system is made of. */
export interface PostgresSystemParts {
  readonly server: PostgresServer;
  readonly authority: "account" | "admin";
  /** Reads the admin credential, for each use anew, so that a renewed mounted secret is seen. */
  readonly admin?: () => Promise<Credential>;
}

/**
 * Switches off what the role's own settings (ALTER ROLE … SET) would make of the statement. Sent with
 * it, in one message and so in one transaction; not when the session starts, because a pooler refuses
 * settings there.
 */
const OWN_SETTINGS = [
  "SET TRANSACTION READ WRITE",
  "SET LOCAL role = none",
  "SET LOCAL statement_timeout = 0",
  "SET LOCAL lock_timeout = 0",
  "SET LOCAL search_path = pg_catalog",
]
  .map((setting) => `${setting}; `)
  .join("");

/**
 * Roles of a PostgreSQL server. A probe is a login; a change is one ALTER ROLE that carries the
 * SCRAM verifier, never the password.
 */
export function createPostgresSystem({ server, authority, admin }: PostgresSystemParts): System {
  async function alter(
    by: "account" | "admin",
    as: Credential,
    next: Credential,
    context: StepContext,
  ): Promise<Change> {
    if (!isRoleName(next.username)) {
      return { result: "refused", reason: "username_not_allowed", sent: false };
    }
    if (!isPrintableAscii(next.password)) return { result: "rejected", reason: "not_ascii" };
    const verifier = await scramVerifier(next.password);
    const role = escapeIdentifier(next.username);
    let client: Awaited<ReturnType<typeof openSession>>;
    try {
      client = await openSession(server, as, context.signal);
    } catch (error) {
      return loginFailure(error, by);
    }
    try {
      const statement = `ALTER ROLE ${role} PASSWORD ${escapeLiteral(verifier)}`;
      const answer: QueryResult | QueryResult[] = await client.query(`${OWN_SETTINGS}${statement}`);
      const last = [answer].flat().at(-1);
      // pg takes a server that is ready again for one that has done it.
      if (last?.command !== "ALTER") throw new AnswerError("UNEXPECTED_ANSWER");
      return { result: "changed" };
    } catch (error) {
      return changeFailure(error);
    } finally {
      // Nobody waits for the goodbye: the statement's answer is all that matters.
      void client.end().catch(() => {});
    }
  }

  return {
    async probe(credential, context) {
      if (!isRoleName(credential.username)) {
        return { result: "unknown", reason: "username_not_allowed", sent: false };
      }
      try {
        const client = await openSession(server, credential, context.signal);
        void client.end().catch(() => {});
        return { result: "valid" };
      } catch (error) {
        return probeFailure(error);
      }
    },
    async change(current, next, context) {
      if (current.username !== next.username) {
        return { result: "refused", reason: "username_differs", sent: false };
      }
      if (authority === "account") return alter("account", current, next, context);
      if (admin === undefined) return { result: "refused", reason: "no_admin" };
      return alter("admin", await admin(), next, context);
    },
    ...defined({
      reconcile:
        admin === undefined
          ? undefined
          : async (next: Credential, context: StepContext) =>
              alter("admin", await admin(), next, context),
    }),
  };
}

import { createHash } from "node:crypto";
import type { Client } from "pg";
import { KitError } from "../../../common/errors/kit-error.ts";
import type { SharedLock } from "../shared-lock.ts";
import type { Credential } from "../system.ts";
import { openSession, type PostgresServer } from "./session.ts";
import { sqlReason } from "./sqlstate.ts";

/**
 * A lock that replicas share through PostgreSQL. Each held lock is a session of its own, so it
 * ends with the process that holds it; a connection that breaks frees it early, which is why the
 * protocol does not rely on it.
 */
export function createAdvisoryLock(
  server: PostgresServer,
  login: () => Promise<Credential>,
): SharedLock {
  return {
    async tryAcquire(key, signal, onLost) {
      const holder = await login();
      try {
        const client = await openSession(server, holder, signal);
        if (onLost) client.once("end", onLost);
        return await tryLock(client, key);
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}

/** Takes the lock, and lets no setting end the session for being idle (there is one since PostgreSQL 14). */
const TRY = `SELECT pg_catalog.pg_try_advisory_lock($1::bigint) AS taken,
  (SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings
    WHERE name = 'idle_session_timeout')`;

async function tryLock(client: Client, key: string): Promise<(() => Promise<void>) | undefined> {
  let taken = false;
  try {
    const { rows } = await client.query<{ taken: boolean }>(TRY, [lockNumber(key)]);
    taken = rows[0]?.taken === true;
  } finally {
    if (!taken) await client.end();
  }
  return taken ? () => release(client) : undefined;
}

/** What is logged of a failure: the texts of a server are left out. */
function unavailable(error: unknown): Error {
  if (error instanceof KitError) return error;
  return new Error(`the shared lock's server is of no use (${sqlReason(error)})`);
}

/** Advisory locks are numbered with 64 bits; the prefix keeps other users' numbers apart. */
function lockNumber(key: string): string {
  const digest = createHash("sha256").update(`akeyless-rotation-kit\0${key}`).digest();
  return digest.readBigInt64BE(0).toString();
}

/** Unlocks before it leaves, because a server frees the locks of a closed session a little later. */
async function release(client: Client): Promise<void> {
  try {
    await client.query("SELECT pg_catalog.pg_advisory_unlock_all()");
  } catch (error) {
    throw unavailable(error);
  } finally {
    await client.end();
  }
}

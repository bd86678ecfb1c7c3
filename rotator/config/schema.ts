import * as z from "zod";
import { notifySchema } from "../notification/config.ts";
import { systemConfigSchema } from "../systems/config.ts";
import { sharedLockConfigSchema } from "../systems/postgres/config.ts";
import { itemsSchema } from "./items.ts";
import { limitsSchema } from "./limits.ts";
import { akeylessSchema, listenSchema, metricsSchema } from "./network.ts";

const keySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, "use 1 to 64 letters, digits, dots, dashes or underscores")
    .meta({ description: "Name of the key; written into each payload that it derived." }),
  file: z
    .string()
    .min(1)
    .meta({ description: "File that holds the key: at least 32 random bytes, base64 or hex." }),
});

const logSchema = z.strictObject({
  level: z
    .enum(["error", "warn", "info", "debug"])
    .default("info")
    .meta({ description: "Least severe level that is written to standard output." }),
});

const shutdownSchema = z.strictObject({
  drain_ms: z.int().min(0).max(60_000).default(0).meta({
    description:
      "How long a stopping rotator refuses requests with 503 before it closes its port, in milliseconds. For a balancer that asks /readyz: it takes the rotator out meanwhile. Kubernetes does so before it stops a pod, with the preStop of deploy/kubernetes.",
  }),
  grace_ms: z.int().min(1_000).max(600_000).default(45_000).meta({
    description:
      "Hard limit, in milliseconds, for finishing rotations after SIGTERM or SIGINT. Keep it below the grace period of the orchestrator.",
  }),
});

const reloadSchema = z.strictObject({
  watch_seconds: z.int().min(0).max(86_400).default(0).meta({
    description:
      "How often, in seconds, the configuration and the key files are compared with what is served; a change is taken over without a restart. 0: only SIGHUP reloads. A configuration that is wrong, or changes what only a start can change (the ports, their limits, `notify`), is refused as a whole and the old one stays.",
  }),
});

/**
 * rotator.yaml. The reference page, the JSON Schema file and the environment variables are derived
 * from this schema; each setting's description is the sentence that users read.
 */
export const rotatorConfigSchema = z.strictObject({
  listen: listenSchema.prefault({}),
  metrics: metricsSchema.prefault({}),
  akeyless: akeylessSchema,
  keys: z.array(keySchema).min(1).max(16).meta({
    description:
      "Keys that new passwords are derived from. The first derives, all are accepted: to replace a key, put the new one first and keep the old one until no payload names it.",
  }),
  items: itemsSchema,
  systems: z
    .record(z.string().min(1).max(128), systemConfigSchema)
    .refine((systems) => Object.keys(systems).length > 0, "name at least one system")
    .meta({ description: "What the credentials open, by the name that payloads use." }),
  shared_lock: sharedLockConfigSchema.optional().meta({
    description:
      "A PostgreSQL server whose advisory locks keep replicas from logging in to one account at the same time, and from adding to each other's failed logins: while a replica has some that the system has not forgotten, it keeps the account's lock, for up to 16 accounts. Optional where accounts change their own passwords; set it for replicas whose admin credential changes them.",
  }),
  notify: notifySchema.optional().meta({
    description:
      "Tells a receiver, with a signed message, that an item was rotated, so that consumers reload. Never a secret, at least once within these bounds, and never a reason for a rotation to fail; docs/guides/reload-consumers.md. Only a start changes it.",
  }),
  limits: limitsSchema.prefault({}),
  log: logSchema.prefault({}),
  reload: reloadSchema.prefault({}),
  shutdown: shutdownSchema.prefault({}),
});

/** The rotator's configuration, every default filled in. */
export type RotatorConfig = z.output<typeof rotatorConfigSchema>;

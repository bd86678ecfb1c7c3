/** A behavior of the real product that nobody outside knows for certain: a switch. */
export interface Assumption<Value extends string | number | boolean> {
  readonly value: Value;
  /** Every value of the switch; a number takes any whole number above 0. */
  readonly values: readonly Value[] | "number" | "access id";
  readonly question: string;
  /** Why the default is what it is. */
  readonly why: string;
  /** How somebody with a real account finds out. */
  readonly find: string;
}

/**
 * Every assumption of the emulated gateway, in one place: `completeOptions` takes its defaults from
 * here, `rotation-kit gateway --assume NAME=VALUE` its names, and docs/reference/gateway-fidelity.md
 * its rows.
 */
export const ASSUMPTIONS = {
  rotationIntervalUnit: {
    value: "days" as "days" | "minutes",
    values: ["days", "minutes"],
    question: "What `rotation-interval` counts for custom rotated secrets.",
    why: "The provider's documentation says days (1 to 365); the CLI's page and three public runbooks say minutes.",
    find: "Create a secret with `rotation-interval` 1 and `auto-rotate`, and compare `next_rotation_date` with the time of creation.",
  },
  defaultRotationInterval: {
    value: 30 as number,
    values: "number",
    question: "The interval of a secret that rotates by itself and names none, in that unit.",
    why: "No source; thirty days is a usual interval.",
    find: "Create one with `auto-rotate` alone and read `next_rotation_date`.",
  },
  defaultMaxVersions: {
    value: 20 as number,
    values: "number",
    question: "How many versions are kept where a secret does not say.",
    why: "No source; the account has a setting for it.",
    find: "Rotate 25 times and count `item_versions`.",
  },
  keepPreviousVersion: {
    value: true as boolean,
    values: [true, false],
    question:
      "Whether a changed payload or URL keeps the version before it, where `keep-prev-version` is not sent.",
    why: "The account has a setting for it; to keep is what loses nothing.",
    find: "Update `custom-payload` without the field and count `item_versions`.",
  },
  emptyTextOnUpdate: {
    value: "keep" as "keep" | "overwrite",
    values: ["keep", "overwrite"],
    question: 'What `""` does to a text in an update.',
    why: 'The provider sends `""` for everything that is not declared, and nobody reports that it empties what others set.',
    find: 'Set a description, update with `description: ""`, and describe the item.',
  },
  emptyListOnUpdate: {
    value: "overwrite" as "keep" | "overwrite",
    values: ["keep", "overwrite"],
    question: "What `[]` does to a list in an update.",
    why: "No source; a list has no other way to become empty.",
    find: "Set `secure-access-host`, update with `[]`, and describe the item.",
  },
  dryRunOnCreate: {
    value: false as boolean,
    values: [true, false],
    question:
      "Whether the creation of a secret calls its rotator once. `skip-dry-run` of the request turns it off.",
    why: "The vendor describes a dry run for dynamic secrets only, and the provider's own tests create rotated secrets with a URL that does not exist.",
    find: "Create a secret whose Web Target is a server that logs its requests.",
  },
  dryRunAnswer: {
    value: "discard" as "discard" | "store",
    values: ["discard", "store"],
    question: "What becomes of the payload that a dry run answers.",
    why: "A dry run is there to try the rotator; `discard` is also the case that hurts.",
    find: "As above, with an answer that differs from the payload; then read the value.",
  },
  dryRunAccessId: {
    value: "" as string,
    values: "access id",
    question:
      "The access id in a dry run's token. Empty: that of the gateway, so a rotator cannot tell a dry run from a rotation.",
    why: "The vendor's page says that a dry run is authenticated with the gateway's access id; `p-custom` is what a public framework looks for.",
    find: "As above, and ask the validator for the token's access id.",
  },
  failedRotationStatus: {
    value: 500 as number,
    values: "number",
    question: "The HTTP status of `/gateway-rotate-secret` when the rotation failed.",
    why: "No source for the status; the text is known.",
    find: "Rotate a secret whose Web Target refuses connections.",
  },
  publicApi: {
    value: false as boolean,
    values: [true, false],
    question:
      "Plays `api.akeyless.io`, which has no rotated secrets: what needs a gateway answers 404.",
    why: "The text was recorded by others, the status was not.",
    find: "Call `/rotated-secret-create-custom` at the public API.",
  },
} as const satisfies Record<string, Assumption<string> | Assumption<number> | Assumption<boolean>>;

/** The name of a switch. */
export type AssumptionName = keyof typeof ASSUMPTIONS;

/** Values of the switches. */
export type Assumed = {
  readonly [Name in AssumptionName]: (typeof ASSUMPTIONS)[Name]["value"];
};

/**
 * Reads `NAME=VALUE`.
 * @throws RangeError that names what there is, for a switch or a value that is unknown
 */
export function readAssumption(text: string): Partial<Assumed> {
  const [name = "", ...rest] = text.split("=");
  const given = rest.join("=");
  if (!isName(name))
    throw new RangeError(`no switch "${name}"; there are ${Object.keys(ASSUMPTIONS).join(", ")}`);
  const { values } = ASSUMPTIONS[name];
  if (values === "access id") return { [name]: given };
  if (values === "number") {
    const number = Number(given);
    if (Number.isSafeInteger(number) && number > 0) return { [name]: number };
    throw new RangeError(`${name} takes a whole number above 0, not "${given}"`);
  }
  const value = values.find((known) => String(known) === given);
  if (value === undefined)
    throw new RangeError(`${name} takes ${values.join(" or ")}, not "${given}"`);
  return { [name]: value };
}

function isName(name: string): name is AssumptionName {
  return Object.hasOwn(ASSUMPTIONS, name);
}

/** Facts that are assumed and are not a switch, because nothing depends on their being another way. */
export const ASSUMED_FACTS = [
  [
    "Initial `rotator_status`: `RotationInitialStatus`",
    "Describe a secret that has never rotated.",
  ],
  [
    "A failed rotation is not repeated before the next one is due",
    "Let a rotator fail and watch its requests for an hour.",
  ],
  [
    "Bad or expired token: 401; missing or bad parameter: 400; name taken, target in use: 409; delete protection, disabled or locked item: 403; missing version: 404",
    "Provoke each and note status and text.",
  ],
  [
    "`validate-producer-credentials` refuses with 401, and with 400 what it cannot read",
    "Send it a token that has expired.",
  ],
  [
    "Claims of `AkeylessCreds`: `access_id`, and `attaches` with `account_id` and `item_name`; EdDSA",
    "Decode a token that your rotator received, without logging it.",
  ],
  [
    "Only status 200 with a JSON object whose `payload` is a text that is not empty counts",
    "Answer 201, an empty payload, and an object as payload, and read the value.",
  ],
  [
    "A payload that an update changes becomes a new version",
    "Update `custom-payload` and read `last_version`.",
  ],
  [
    "Settings that the vendor's SDK 5.0.40 names are stored and shown, and do nothing: `skip-dry-run` without a dry run, `lock-on-read`, `lock-ttl`, `rotate-on-unlock`, `secure-access-enforce-hosts-restriction`, `host-provider`, several `target`s, the rules for AI agents",
    "Set `lock-on-read`, read the value twice, and describe the item after each.",
  ],
  [
    "`lock-on-read`, `lock-ttl` and `rotate-on-unlock` of a Web Target are kept, do nothing, and are in the exported state only: no answer of the API shows them",
    "Create a target with them and read it with `/target-get`.",
  ],
  [
    "`force-delete` changes nothing: it is for secrets that exist at a third party too, and the deletion of a custom one calls nobody",
    "Delete a secret whose Web Target logs its requests, with and without it.",
  ],
  [
    "API tokens, sessions and the rotations planned after them outlive a restart, with `persist`: the account holds them, not the gateway's process",
    "Log in, open a session, restart the gateway, and use the token and the session.",
  ],
  [
    "A session rotates after it closes although others are open; a locked item does not rotate",
    "Open two sessions of an item and close one.",
  ],
  [
    "No difference between the gateway's ports: 8000, 8080 and 8081 serve the API at `/`, `/v2` and `/api/v2` alike",
    "Call `/describe-item` at each.",
  ],
] as const;

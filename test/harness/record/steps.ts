import type { AssumptionName } from "../gateway/fidelity.ts";

/** What the recording creates; every name lies in a folder that no one else uses. */
export interface Names {
  readonly folder: string;
  readonly target: string;
  readonly item: string;
}

/** One call. */
export interface Step {
  readonly title: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Sends a token that nobody issued. */
  readonly badToken?: true;
  /** What a difference here says about a switch of the emulator. */
  readonly tells?: AssumptionName;
}

/** The first password that is written; it opens nothing. */
export const FIRST_PAYLOAD = JSON.stringify({ username: "recorded", password: "Not-A-Passw0rd" });
/** The second one. */
export const NEXT_PAYLOAD = JSON.stringify({
  username: "recorded",
  password: "Not-A-Passw0rd-Either",
});

/** Nothing listens there: the gateway calls itself, is refused, and no rotator sees anything. */
const NOWHERE = "http://127.0.0.1:9/rotate";

/** The calls of this domain, in an order in which each finds what it needs. */
export function stepsFor({ folder, target, item }: Names): readonly Step[] {
  const secret = {
    name: item,
    "target-name": target,
    "custom-payload": FIRST_PAYLOAD,
    description: "made by rotation-kit gateway record",
    tags: ["one", "two"],
    "auto-rotate": "true",
    "rotation-interval": "1",
    "secure-access-enable": "true",
    "secure-access-host": ["host-of-nobody"],
    "secure-access-web": true,
  };
  const describe = { name: item, "show-versions": true };
  return [
    {
      title: "create a Web Target",
      path: "target-create-web",
      fields: { name: target, url: NOWHERE },
    },
    { title: "create it again", path: "target-create-web", fields: { name: target, url: NOWHERE } },
    { title: "look at it", path: "target-get-details", fields: { name: target } },
    { title: "list targets", path: "target-list", fields: { filter: folder } },
    {
      title: "change its address",
      path: "target-update-web",
      fields: { name: target, url: `${NOWHERE}/other` },
      tells: "keepPreviousVersion",
    },
    {
      title: "look at its versions",
      path: "target-get",
      fields: { name: target, "show-versions": true },
    },
    {
      title: "create a secret without its target",
      path: "rotated-secret-create-custom",
      fields: { name: item },
    },
    {
      title: "create a secret",
      path: "rotated-secret-create-custom",
      fields: secret,
      tells: "dryRunOnCreate",
    },
    { title: "create it again", path: "rotated-secret-create-custom", fields: secret },
    {
      title: "describe it",
      path: "describe-item",
      fields: describe,
      tells: "rotationIntervalUnit",
    },
    { title: "read its value", path: "rotated-secret-get-value", fields: { name: item } },
    {
      title: "read its value by the other call",
      path: "get-rotated-secret-value",
      fields: { names: item },
    },
    {
      title: "read a version that is not there",
      path: "rotated-secret-get-value",
      fields: { name: item, version: 99 },
    },
    { title: "read its tags", path: "get-tags", fields: { name: item } },
    { title: "list items", path: "list-items", fields: { path: folder, type: ["rotated-secret"] } },
    {
      title: "update it with an empty text and an empty list",
      path: "rotated-secret-update-custom",
      fields: { name: item, description: "", "secure-access-host": [] },
    },
    {
      title: "describe what is left of them",
      path: "describe-item",
      fields: describe,
      tells: "emptyTextOnUpdate",
    },
    {
      title: "write another payload",
      path: "rotated-secret-update-custom",
      fields: { name: item, "custom-payload": NEXT_PAYLOAD },
    },
    {
      title: "describe its versions",
      path: "describe-item",
      fields: describe,
      tells: "keepPreviousVersion",
    },
    {
      title: "read the first version",
      path: "rotated-secret-get-value",
      fields: { name: item, version: 1 },
    },
    { title: "roll back", path: "rollback-secret", fields: { name: item, "old-version": 1 } },
    {
      title: "rotate, with nobody there",
      path: "gateway-rotate-secret",
      fields: { name: item },
      tells: "failedRotationStatus",
    },
    { title: "describe the failure", path: "describe-item", fields: describe },
    {
      title: "disable it",
      path: "set-item-state",
      fields: { "desired-state": "Disabled", name: item },
    },
    {
      title: "read the value of a disabled item",
      path: "rotated-secret-get-value",
      fields: { name: item },
    },
    {
      title: "enable it",
      path: "set-item-state",
      fields: { "desired-state": "Enabled", name: item },
    },
    { title: "delete a target in use", path: "target-delete", fields: { name: target } },
    {
      title: "protect it",
      path: "rotated-secret-update-custom",
      fields: { name: item, delete_protection: "true" },
    },
    { title: "delete a protected item", path: "delete-item", fields: { name: item } },
    {
      title: "unprotect it",
      path: "rotated-secret-update-custom",
      fields: { name: item, delete_protection: "false" },
    },
    {
      title: "describe what is not there",
      path: "describe-item",
      fields: { name: `${folder}/absent` },
    },
    {
      title: "describe with a token of nobody",
      path: "describe-item",
      fields: { name: item },
      badToken: true,
    },
    { title: "delete the secret", path: "delete-item", fields: { name: item } },
    { title: "delete the target", path: "target-delete", fields: { name: target } },
  ];
}

/** What takes everything away again, whatever has happened before. */
export function cleaningFor({ target, item }: Names): readonly Step[] {
  return [
    {
      title: "unprotect the secret",
      path: "rotated-secret-update-custom",
      fields: { name: item, delete_protection: "false" },
    },
    { title: "delete the secret", path: "delete-item", fields: { name: item } },
    { title: "delete the target", path: "target-delete", fields: { name: target } },
  ];
}

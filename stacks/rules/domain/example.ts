import { readPayloadText } from "../evidence/payload.ts";
import {
  type Attributes,
  type ProviderUse,
  type Resource,
  SECRET_TYPE,
  TARGET_TYPE,
} from "../model.ts";

/** A secret without any finding; examples change one thing about it. */
const SECRET: Attributes = {
  name: "/prod/reporting-app-svc",
  target_name: "/prod/rotator",
  auto_rotate: "true",
  rotation_interval: "30",
  rotation_hour: 2,
  enable_password_policy: "true",
  password_length: "32",
  use_lower_letters: "true",
  use_capital_letters: "true",
  use_numbers: "true",
  use_special_characters: "true",
  delete_protection: "true",
  secure_access_enable: "false",
};

const TARGET: Attributes = { name: "/prod/rotator", url: "https://rotator.internal:8443/rotate" };

/** Secure Remote Access as it should be; spread it into an example's secret. */
export const SAFE_ACCESS: Attributes = {
  secure_access_enable: "true",
  secure_access_host: ["reporting.internal:22"],
  secure_access_certificate_issuer: "/ssh/issuer",
  secure_access_ssh_user: "svc-reporting",
  rotate_after_disconnect: "true",
};

type Circumstances = Partial<Omit<Resource, "attributes" | "before">>;

/** The payload that the examples' secret declares, hidden from plans. */
const PAYLOAD = readPayloadText(
  JSON.stringify({ system: "reporting-app", username: "svc", current_password: "example" }),
  true,
);

/** A declared secret that differs from the harmless one in these attributes. */
export const secret = (attributes: Attributes = {}, more: Circumstances = {}): Resource => ({
  address: `${SECRET_TYPE}.reporting`,
  type: SECRET_TYPE,
  change: "declared",
  attributes: { ...SECRET, ...attributes },
  payload: PAYLOAD,
  ignoresChanges: ["custom_payload"],
  references: { target_name: [`${TARGET_TYPE}.rotator`] },
  ...more,
});

/** A declared Web Target that differs from the harmless one in these attributes. */
export const target = (attributes: Attributes = {}, more: Circumstances = {}): Resource => ({
  address: `${TARGET_TYPE}.rotator`,
  type: TARGET_TYPE,
  change: "declared",
  attributes: { ...TARGET, ...attributes },
  references: {},
  ...more,
});

/** A secret that a plan updates from one set of attributes to another. */
export const updatedSecret = (
  before: Attributes,
  after: Attributes,
  more: Circumstances = {},
): Resource => ({
  ...secret(after, { change: "update", payloadBefore: PAYLOAD, ...more }),
  before: { ...SECRET, ...before },
});

/** A Web Target that a plan updates from one set of attributes to another. */
export const updatedTarget = (
  before: Attributes,
  after: Attributes,
  more: Circumstances = {},
): Resource => ({
  ...target(after, { change: "update", ...more }),
  before: { ...TARGET, ...before },
});

/** A secret that a plan takes away. */
export const removedSecret = (change: "delete" | "forget"): Resource => ({
  ...secret({}, { change }),
  attributes: {},
  before: SECRET,
});

/** A Web Target that a plan takes away. */
export const removedTarget = (): Resource => ({
  ...target({}, { change: "delete" }),
  attributes: {},
  before: TARGET,
});

/** The provider as it should be configured, changed in these points. */
export const provider = (more: Partial<ProviderUse> = {}): ProviderUse => ({
  address: "akeyless",
  version: "~> 2.0",
  gateway: "https://gateway.internal:8000/api/v2",
  ...more,
});

/** As many secrets as asked for, all alike but for their names. */
export const secrets = (count: number, attributes: Attributes = {}): Resource[] =>
  Array.from({ length: count }, (_, index) =>
    secret(
      { name: `/prod/app-${index}`, ...attributes },
      { address: `${SECRET_TYPE}.app_${index}` },
    ),
  );

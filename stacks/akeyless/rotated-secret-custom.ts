import type { IResolvable, TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import type { AttributeTable } from "./attributes.ts";
import { AkeylessResource } from "./resource.ts";

/**
 * Attributes of `akeyless_rotated_secret_custom`. The provider takes most booleans and numbers as
 * strings, sends an empty value for what is unset, and reads back only the attributes marked
 * "refreshed"; the others cannot drift in a plan.
 */
export interface RotatedSecretCustomAttributes {
  /** Path of the item. A change replaces the item and loses its versions. */
  readonly name: string;
  /** The Web Target. Refreshed, but never sent on update: the provider cannot change it. */
  readonly targetName: string;
  /** Refreshed. */
  readonly description?: string;
  /** What is sent to the rotator. Refreshed from the current value, and not marked sensitive. */
  readonly customPayload?: string;
  /** `"true"` or `"false"`. Refreshed. */
  readonly autoRotate?: string;
  /** A number as string; days as documented, minutes on some servers. Refreshed. */
  readonly rotationInterval?: string;
  /** Hour of the day, UTC; 0 is sent when unset. Refreshed. */
  readonly rotationHour?: number;
  /** Days before a rotation on which an event is sent, numbers as strings. */
  readonly rotationEventIn?: string[];
  /** `use-user-creds` or `use-target-creds`. */
  readonly authenticationCredentials?: string;
  /** `"true"` or `"false"`. */
  readonly enablePasswordPolicy?: string;
  /** A number as string. */
  readonly passwordLength?: string;
  /** `"true"` or `"false"`. */
  readonly useCapitalLetters?: string;
  /** `"true"` or `"false"`. */
  readonly useLowerLetters?: string;
  /** `"true"` or `"false"`. */
  readonly useNumbers?: string;
  /** `"true"` or `"false"`. */
  readonly useSpecialCharacters?: string;
  /** Seconds that the gateway waits for the rotator; the server's default is 40. */
  readonly timeoutSec?: number;
  /** Name of the protection key. Refreshed. */
  readonly key?: string;
  /** Refreshed, unless the server reports none at all. */
  readonly tags?: string[];
  /** Values of custom fields that the account defines; cannot be cleared by the provider. */
  readonly itemCustomFields?: Record<string, string>;
  /** `"true"` or `"false"`; the provider sends `"false"` when unset. */
  readonly deleteProtection?: string;
  /** A number as string. */
  readonly maxVersions?: string;
  /** `"true"` or `"false"`; sent on update only. */
  readonly keepPrevVersion?: string;
  /** `"true"` or `"false"`. */
  readonly secureAccessEnable?: string;
  readonly secureAccessHost?: string[];
  readonly secureAccessUrl?: string;
  readonly secureAccessWeb?: boolean | IResolvable;
  /** Isolated browsing. */
  readonly secureAccessWebBrowsing?: boolean | IResolvable;
  readonly secureAccessWebProxy?: boolean | IResolvable;
  /** Path of the SSH certificate issuer; formerly the "bastion issuer". */
  readonly secureAccessCertificateIssuer?: string;
  readonly secureAccessSshUser?: string;
  readonly secureAccessRdpDomain?: string;
  readonly secureAccessRdpUser?: string;
  readonly secureAccessAllowExternalUser?: boolean | IResolvable;
  /** `"false"`, `"true"`, or a number of minutes as string. */
  readonly rotateAfterDisconnect?: string;
  /** Rules on what AI agents may send, each `name=…,rule=…`; later releases of the 2.x line. */
  readonly inputRule?: string[];
  /** Rules on what AI agents may receive, each `name=…,rule=…`; later releases of the 2.x line. */
  readonly outputRule?: string[];
}

/** The provider's schema of `akeyless_rotated_secret_custom`. */
export const rotatedSecretCustomAttributes: AttributeTable<RotatedSecretCustomAttributes> = {
  name: { type: "string", required: true },
  targetName: { type: "string", required: true },
  description: { type: "string" },
  customPayload: { type: "string", computed: true },
  autoRotate: { type: "string" },
  rotationInterval: { type: "string" },
  rotationHour: { type: "number" },
  rotationEventIn: { type: "list(string)" },
  authenticationCredentials: { type: "string" },
  enablePasswordPolicy: { type: "string" },
  passwordLength: { type: "string" },
  useCapitalLetters: { type: "string" },
  useLowerLetters: { type: "string" },
  useNumbers: { type: "string" },
  useSpecialCharacters: { type: "string" },
  timeoutSec: { type: "number" },
  key: { type: "string", computed: true },
  tags: { type: "set(string)" },
  itemCustomFields: { type: "map(string)" },
  deleteProtection: { type: "string" },
  maxVersions: { type: "string", computed: true },
  keepPrevVersion: { type: "string" },
  secureAccessEnable: { type: "string" },
  secureAccessHost: { type: "list(string)" },
  secureAccessUrl: { type: "string" },
  secureAccessWeb: { type: "bool" },
  secureAccessWebBrowsing: { type: "bool" },
  secureAccessWebProxy: { type: "bool" },
  secureAccessCertificateIssuer: { type: "string" },
  secureAccessSshUser: { type: "string" },
  secureAccessRdpDomain: { type: "string" },
  secureAccessRdpUser: { type: "string" },
  secureAccessAllowExternalUser: { type: "bool" },
  rotateAfterDisconnect: { type: "string" },
  inputRule: { type: "list(string)" },
  outputRule: { type: "list(string)" },
};

/** L1 of a custom rotated secret: one to one what the provider offers, without checks or defaults. */
export class RotatedSecretCustom extends AkeylessResource<RotatedSecretCustomAttributes> {
  static readonly tfResourceType = "akeyless_rotated_secret_custom";

  constructor(
    scope: Construct,
    id: string,
    config: RotatedSecretCustomAttributes & TerraformMetaArguments,
  ) {
    super(scope, id, RotatedSecretCustom.tfResourceType, rotatedSecretCustomAttributes, config);
  }
}

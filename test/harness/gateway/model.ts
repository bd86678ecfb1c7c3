import type { StoredSettings } from "./stored-settings.ts";
import type { DisconnectSetting } from "./wire.ts";

/** One stored value of a secret. */
export interface Version {
  readonly version: number;
  readonly payload: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Who wrote it. */
  readonly accessId: string;
}

/** The password policy of a secret; it is stored and shown, nothing is known to enforce it. */
export interface PolicySettings {
  enabled?: boolean;
  length?: number;
  capitalLetters?: boolean;
  lowerLetters?: boolean;
  numbers?: boolean;
  specialCharacters?: boolean;
}

/** Secure Remote Access (SRA) settings of a secret. */
export interface RemoteAccess {
  enable?: boolean;
  hosts: string[];
  url: string;
  web?: boolean;
  webBrowsing?: boolean;
  webProxy?: boolean;
  certificateIssuer: string;
  sshUser: string;
  rdpDomain: string;
  rdpUser: string;
  allowExternalUser?: boolean;
  rotateAfterDisconnect?: DisconnectSetting;
  lockDuringSession?: boolean;
}

/** When a secret is rotated by itself. */
export interface Schedule {
  autoRotate: boolean;
  /** Whole number of the gateway's unit (option `rotationIntervalUnit`). */
  interval?: number;
  /** Hour of the day, UTC. */
  hour?: number;
  /** Days before a rotation at which an event is due. */
  eventsBefore: number[];
}

/** The state words of `rotator_status`; the first one is an assumption. */
export type RotatorStatus = "RotationInitialStatus" | "RotationSucceeded" | "RotationFailed";

/** A custom rotated secret. Moments are milliseconds since the epoch. */
export interface StoredItem {
  readonly id: number;
  readonly createdAt: number;
  name: string;
  description: string;
  /** Name of the protection key; `""` is the account's default key. */
  key: string;
  tags: string[];
  customFields: Record<string, string>;
  deleteProtection: boolean;
  enabled: boolean;
  targetId: number;
  credentials: string;
  timeoutSeconds: number;
  maxVersions?: number;
  keepPreviousVersion?: boolean;
  policy: PolicySettings;
  schedule: Schedule;
  remoteAccess: RemoteAccess;
  /** Settings that are only shown again, by their field in the request. */
  stored: StoredSettings;
  /** Oldest first; the last one is current. */
  versions: Version[];
  lastVersion: number;
  status: RotatorStatus;
  lastError?: string;
  modifiedAt: number;
  lastRotationAt?: number;
  nextRotationAt?: number;
}

/** A static secret: a value that people write, such as a first password. */
export interface StaticSecret {
  readonly id: number;
  readonly createdAt: number;
  readonly name: string;
  readonly description: string;
  readonly deleteProtection: boolean;
  value: string;
  lastVersion: number;
  modifiedAt: number;
}

/** A version of a Web Target. */
export interface TargetVersion {
  readonly version: number;
  readonly url: string;
  readonly createdAt: number;
}

/** A Web Target. */
export interface StoredTarget {
  readonly id: number;
  readonly createdAt: number;
  name: string;
  url: string;
  description: string;
  key: string;
  deleteProtection: boolean;
  maxVersions?: number;
  /** What locks it, by the field in the request. */
  stored?: StoredSettings;
  versions: TargetVersion[];
  lastVersion: number;
  modifiedAt: number;
}

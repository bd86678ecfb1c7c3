import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  Duration,
  PasswordPolicy,
  RotateAfterDisconnect,
  RotationPayload,
  RotationSchedule,
  SecureRemoteAccess,
  SensitiveInput,
} from "../../../stacks/constructs/index.ts";
import type { Item } from "../../harness/gateway/index.ts";
import { type Declare, type Stage, setStackStage } from "./stacks/stage.ts";

type Props = Partial<CustomRotatedSecretProps>;
/** What is compared of an item; only what a case names has to be equal. */
type Expected = { readonly [K in keyof Item]?: unknown };

interface Case {
  readonly property: string;
  readonly before?: Props;
  readonly after: Props;
  readonly item: Expected;
  /** What the update has to send, where the gateway does not show it. */
  readonly sent?: Readonly<Record<string, unknown>>;
}

const hosts = ["app01.internal.example.com"];
const daily = (days: number) => RotationSchedule.every(Duration.days(days));
const ssh = (props: Partial<Parameters<typeof SecureRemoteAccess.ssh>[0]> = {}): Props => ({
  secureRemoteAccess: SecureRemoteAccess.ssh({ hosts, ...props }),
});
const rdp = (props: Partial<Parameters<typeof SecureRemoteAccess.rdp>[0]> = {}): Props => ({
  secureRemoteAccess: SecureRemoteAccess.rdp({ hosts, ...props }),
});
const web = (mode: "direct" | "isolated" | "proxy", url = "https://app.example.com"): Props => ({
  secureRemoteAccess: SecureRemoteAccess.web({ url, mode }),
});
const policy = (props: ConstructorParameters<typeof PasswordPolicy>[0] = {}): Props => ({
  passwordPolicy: new PasswordPolicy(props),
});

/** Each property that an update may change, alone in a secret of its own. */
const cases: readonly Case[] = [
  {
    property: "description",
    before: { description: "before" },
    after: { description: "after" },
    item: { description: "after" },
  },
  {
    property: "tags",
    before: { tags: ["kept", "old"] },
    after: { tags: ["kept", "new"] },
    item: { tags: expect.toSatisfy((tags: string[]) => tags.toSorted().join() === "kept,new") },
  },
  { property: "key", after: { key: "/keys/strong" }, item: { key: "/keys/strong" } },
  {
    property: "customFields",
    before: { customFields: { owner: "team-a" } },
    after: { customFields: { owner: "team-b" } },
    item: { customFields: { owner: "team-b" } },
  },
  { property: "timeoutSec", after: { timeoutSec: 90 }, item: { timeoutSeconds: 90 } },
  { property: "maxVersions", after: { maxVersions: 5 }, item: { maxVersions: 5 } },
  {
    property: "keepPreviousVersion",
    after: { keepPreviousVersion: true },
    item: {},
    sent: { "keep-prev-version": "true" },
  },
  {
    property: "deleteProtection",
    after: { deleteProtection: true },
    item: { deleteProtection: true },
  },
  {
    property: "skipDryRun",
    after: { skipDryRun: false },
    item: { stored: expect.objectContaining({ "skip-dry-run": false }) },
  },
  {
    property: "agentRulesEnforced",
    after: { agentRulesEnforced: true },
    item: { stored: expect.objectContaining({ "ara-enabled": true }) },
  },
  {
    property: "agentQuorum",
    after: { agentQuorum: true },
    item: { stored: expect.objectContaining({ "enable-ai-quorum": true }) },
  },
  {
    property: "agentInputRules",
    before: { agentInputRules: [{ name: "n", rule: "before" }] },
    after: { agentInputRules: [{ name: "n", rule: "after" }] },
    item: {},
    sent: { "input-rule": ["name=n,rule=after"] },
  },
  {
    property: "agentOutputRules",
    after: { agentOutputRules: [{ name: "n", rule: "after" }] },
    item: {},
    sent: { "output-rule": ["name=n,rule=after"] },
  },
  {
    property: "authenticationCredentials",
    after: { authenticationCredentials: "use-target-creds" },
    item: { credentials: "use-target-creds" },
  },
  {
    property: "schedule, interval",
    after: { schedule: daily(7) },
    item: { schedule: expect.objectContaining({ autoRotate: true, interval: 7 }) },
  },
  {
    property: "schedule, hour",
    after: { schedule: RotationSchedule.every(Duration.days(30), { atHourUtc: 3 }) },
    item: { schedule: expect.objectContaining({ hour: 3 }) },
  },
  {
    property: "schedule, events",
    after: { schedule: RotationSchedule.every(Duration.days(30), { announceDaysBefore: [7, 1] }) },
    item: { schedule: expect.objectContaining({ eventsBefore: [7, 1] }) },
  },
  {
    property: "schedule, on demand only",
    after: { schedule: RotationSchedule.manual() },
    item: { schedule: expect.objectContaining({ autoRotate: false }) },
  },
  {
    property: "passwordPolicy",
    after: policy({ length: 20, symbols: false }),
    item: {
      policy: expect.objectContaining({ enabled: true, length: 20, specialCharacters: false }),
    },
  },
  {
    property: "passwordPolicy, length",
    before: policy({ length: 16 }),
    after: policy({ length: 24 }),
    item: { policy: expect.objectContaining({ length: 24 }) },
  },
  {
    property: "ssh",
    after: ssh(),
    item: { remoteAccess: expect.objectContaining({ enable: true, hosts }) },
  },
  {
    property: "ssh, hosts",
    before: ssh(),
    after: ssh({ hosts: ["app02"] }),
    item: { remoteAccess: expect.objectContaining({ hosts: ["app02"] }) },
  },
  {
    property: "ssh, certificate issuer and user",
    before: ssh(),
    after: ssh({ certificateIssuer: "/issuers/ssh", user: "ops" }),
    item: {
      remoteAccess: expect.objectContaining({ certificateIssuer: "/issuers/ssh", sshUser: "ops" }),
    },
  },
  {
    property: "rdp, domain and user",
    before: rdp(),
    after: rdp({ domain: "CORP", user: "svc" }),
    item: { remoteAccess: expect.objectContaining({ rdpDomain: "CORP", rdpUser: "svc" }) },
  },
  {
    property: "rdp, external user",
    before: rdp(),
    after: rdp({ allowExternalUser: true }),
    item: { remoteAccess: expect.objectContaining({ allowExternalUser: true }) },
  },
  {
    property: "web, url",
    before: web("direct"),
    after: web("direct", "https://app.example.com/login"),
    item: { remoteAccess: expect.objectContaining({ url: "https://app.example.com/login" }) },
  },
  {
    property: "web, mode",
    before: web("isolated"),
    after: web("proxy"),
    item: { remoteAccess: expect.objectContaining({ webBrowsing: false, webProxy: true }) },
  },
  {
    property: "rotate after disconnect",
    before: ssh(),
    after: ssh({ rotateAfterDisconnect: RotateAfterDisconnect.after(Duration.minutes(10)) }),
    item: {
      remoteAccess: expect.objectContaining({
        rotateAfterDisconnect: { rotate: true, delayMinutes: 10 },
      }),
    },
  },
  {
    property: "Secure Remote Access, off again",
    before: ssh(),
    after: {},
    item: { remoteAccess: expect.objectContaining({ enable: false }) },
  },
];

const nameOf = ({ property }: Case) => `/prod/${property.replace(/\W+/g, "-")}`;

/** All cases in one stack, so that two applies change everything. */
const declareAll =
  (state: "before" | "after"): Declare =>
  (stack, target) => {
    for (const each of cases) {
      new CustomRotatedSecret(stack, nameOf(each).slice("/prod/".length), {
        name: nameOf(each),
        target,
        payload: new RotationPayload({
          system: "app",
          username: "svc",
          currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
        }),
        schedule: daily(30),
        deleteProtection: false,
        ...each[state],
      });
    }
  };

describe("an update of one property on real Terraform", () => {
  let stage: Stage;
  const created = new Map<string, Readonly<Item>>();
  const item = (name: string) => stage.gateway.item(name);
  const updateOf = (each: Case) =>
    stage.gateway.calls
      .filter(({ path }) => path.endsWith("/rotated-secret-update-custom"))
      .map(({ body }) => body as Readonly<Record<string, unknown>>)
      .findLast(({ name }) => name === nameOf(each));
  const snapshot = (name: string) => structuredClone(item(name));

  beforeAll(async () => {
    stage = await setStackStage();
    await stage.deploy(declareAll("before"));
    for (const { name } of cases.map((each) => ({ name: nameOf(each) }))) {
      await stage.gateway.rotate(name);
      const before = snapshot(name);
      if (before) created.set(name, before);
    }
    await stage.synthesize(declareAll("after"));
  });
  afterAll(() => stage.stop());

  it("is planned in place, and nothing else is planned", async () => {
    const actions = await stage.plannedActions();
    const steps = actions.filter((action) => action.startsWith("null_resource."));
    // The one that is protected from now on.
    expect(steps).toEqual([
      expect.stringMatching(/DeployOnceWithDeleteProtectionFalse\["deleteProtection_\S+: create$/),
      expect.stringMatching(/^null_resource\.deleteProtection_ProtectionLifted_\S+: delete$/),
      expect.stringMatching(/^null_resource\.deleteProtection_Unprotected_\S+: delete$/),
    ]);
    const updates = actions.filter((action) => !steps.includes(action));
    expect(updates).toHaveLength(cases.length);
    for (const update of updates) {
      expect(update).toMatch(/^akeyless_rotated_secret_custom\.\S+: update$/);
    }
    await stage.terraform(["apply", "plan"]);
  });

  it.each(cases)("$property reaches the item, which stays the same one", (each) => {
    const before = created.get(nameOf(each));
    const after = item(nameOf(each));
    expect(after).toMatchObject(each.item);
    if (each.sent === undefined) expect(before).not.toMatchObject(each.item);
    else expect(updateOf(each)).toMatchObject(each.sent);
    expect(after?.id).toBe(before?.id);
  });

  it.each(cases)("$property leaves the rotated password alone", (each) => {
    const before = created.get(nameOf(each));
    expect(item(nameOf(each))?.versions.at(-1)?.payload).toBe(before?.versions.at(-1)?.payload);
  });

  it("leaves nothing to plan", async () => {
    expect(await stage.plannedActions()).toEqual([]);
  });

  it("is taken back by the next deploy, and again nothing is left to plan", async () => {
    await stage.deploy(declareAll("before"));
    expect(await stage.plannedActions()).toEqual([]);
  });

  it("covers every property that may change in place", () => {
    const covered = new Set(
      cases.flatMap(({ before = {}, after }) => [...Object.keys(before), ...Object.keys(after)]),
    );
    // A change of these is another matter: identity, realisation and adoption have their own tests.
    const elsewhere = ["name", "target", "payload", "realisation", "payloadVersion"];
    elsewhere.push("removalPolicy", "forceDelete", "adoptExisting", "lockDuringSession");
    elsewhere.push("lockOnRead", "lockMinutes", "rotateOnUnlock");
    expect([...covered, ...elsewhere].toSorted()).toEqual(PROPERTIES.toSorted());
  });
});

/** Every property; the compiler refuses a missing and an unknown one. */
const PROPERTIES = Object.keys({
  name: 0,
  target: 0,
  payload: 0,
  schedule: 0,
  passwordPolicy: 0,
  secureRemoteAccess: 0,
  authenticationCredentials: 0,
  timeoutSec: 0,
  deleteProtection: 0,
  removalPolicy: 0,
  forceDelete: 0,
  description: 0,
  tags: 0,
  key: 0,
  maxVersions: 0,
  keepPreviousVersion: 0,
  adoptExisting: 0,
  realisation: 0,
  payloadVersion: 0,
  customFields: 0,
  agentInputRules: 0,
  agentOutputRules: 0,
  lockDuringSession: 0,
  lockOnRead: 0,
  lockMinutes: 0,
  rotateOnUnlock: 0,
  skipDryRun: 0,
  agentRulesEnforced: 0,
  agentQuorum: 0,
} satisfies Record<keyof CustomRotatedSecretProps, 0>);

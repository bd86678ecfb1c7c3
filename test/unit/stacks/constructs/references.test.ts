import { App, type IResolvable, TerraformStack, TerraformVariable, Testing } from "cdktf";
import { describe, expect, it, vi } from "vitest";
import { KitError } from "../../../../common/errors/kit-error.ts";
import {
  type AgentRule,
  applySettings,
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  DriftCheck,
  type DriftCheckProps,
  Duration,
  GatewayLogin,
  GatewayProvider,
  type GatewayProviderProps,
  type HostAccessProps,
  ItemTags,
  PasswordPolicy,
  type PasswordPolicyProps,
  type RdpAccessProps,
  type Realisation,
  RotateAfterDisconnect,
  RotatedAppCredential,
  type RotatedAppCredentialProps,
  type RotationCheckProps,
  RotationPayload,
  type RotationPayloadProps,
  RotationSchedule,
  type RotationScheduleOptions,
  SecureRemoteAccess,
  type Settings,
  type SshAccessProps,
  type WebAccessProps,
  WebTarget,
  type WebTargetAttributes,
  type WebTargetProps,
} from "../../../../stacks/constructs/index.ts";

/** One variable of Terraform, in each form in which cdktf hands it on. */
interface Reference {
  readonly text: string;
  readonly number: number;
  readonly flag: IResolvable;
  readonly list: string[];
}

/** What a declaration of everything is given beside, or instead of, its usual properties. */
interface Given {
  readonly gateway?: GatewayProviderProps;
  readonly settings?: Settings;
  readonly stackTag?: string;
  readonly target?: Partial<WebTargetProps>;
  readonly elsewhere?: Partial<WebTargetAttributes>;
  readonly secret?: Partial<CustomRotatedSecretProps>;
  readonly addedTag?: string;
  readonly credential?: Partial<RotatedAppCredentialProps>;
  readonly check?: Partial<RotationCheckProps>;
  readonly drift?: DriftCheckProps;
}

/** Puts a value, of whatever kind, in the place of one property. */
type Place = (value: never) => Given;

/** A place for each property of `Props` but those that hold an object of the kit. */
type Places<Props, Objects extends keyof Props = never> = {
  readonly [Property in Exclude<keyof Props, Objects>]-?: Place;
};

const hosts = ["app01.internal"];
const ssh = (props: Partial<SshAccessProps>): Given => ({
  secret: { secureRemoteAccess: SecureRemoteAccess.ssh({ hosts, ...props }) },
});
const rdp = (props: Partial<RdpAccessProps>): Given => ({
  secret: { secureRemoteAccess: SecureRemoteAccess.rdp({ hosts, ...props }) },
});
const web = (props: Partial<WebAccessProps>): Given => ({
  secret: { secureRemoteAccess: SecureRemoteAccess.web({ mode: "direct", ...props }) },
});
const policy = (props: PasswordPolicyProps): Given => ({
  secret: { passwordPolicy: new PasswordPolicy(props) },
});
const schedule = (options: RotationScheduleOptions, interval = Duration.days(30)): Given => ({
  secret: { schedule: RotationSchedule.every(interval, options) },
});
const rule = (given: Partial<AgentRule>): Given => ({
  secret: { agentInputRules: [{ name: "n", rule: "r", ...given }] },
});

/** Every property of every construct and value in which Terraform may be referred to. */
const PROPERTIES = {
  target: {
    name: (name) => ({ target: { name } }),
    url: (url) => ({ target: { url } }),
    allowHttp: (allowHttp) => ({ target: { allowHttp } }),
    description: (description) => ({ target: { description } }),
    key: (key) => ({ target: { key } }),
    maxVersions: (maxVersions) => ({ target: { maxVersions } }),
    keepPreviousVersion: (keepPreviousVersion) => ({ target: { keepPreviousVersion } }),
    deleteProtection: (deleteProtection) => ({ target: { deleteProtection } }),
    lockOnRead: (lockOnRead) => ({ target: { lockOnRead } }),
    lockMinutes: (lockMinutes) => ({ target: { lockMinutes } }),
    rotateOnUnlock: (rotateOnUnlock) => ({ target: { rotateOnUnlock } }),
    realisation: (realisation) => ({ target: { realisation } }),
    removalPolicy: (removalPolicy) => ({ target: { removalPolicy } }),
    adoptExisting: (adoptExisting) => ({ target: { adoptExisting } }),
  } satisfies Places<WebTargetProps, "rotator">,
  "a target elsewhere": {
    name: (name) => ({ elsewhere: { name } }),
    url: (url) => ({ elsewhere: { url } }),
  } satisfies Places<WebTargetAttributes, "rotator">,
  secret: {
    name: (name) => ({ secret: { name } }),
    authenticationCredentials: (value) => ({ secret: { authenticationCredentials: value } }),
    timeoutSec: (timeoutSec) => ({ secret: { timeoutSec } }),
    deleteProtection: (deleteProtection) => ({ secret: { deleteProtection } }),
    removalPolicy: (removalPolicy) => ({ secret: { removalPolicy } }),
    forceDelete: (forceDelete) => ({ secret: { forceDelete } }),
    description: (description) => ({ secret: { description } }),
    tags: (tags) => ({ secret: { tags } }),
    key: (key) => ({ secret: { key } }),
    maxVersions: (maxVersions) => ({ secret: { maxVersions } }),
    keepPreviousVersion: (keepPreviousVersion) => ({ secret: { keepPreviousVersion } }),
    realisation: (realisation) => ({ secret: { realisation } }),
    payloadVersion: (payloadVersion) => ({ secret: { payloadVersion } }),
    adoptExisting: (adoptExisting) => ({ secret: { adoptExisting } }),
    customFields: (owner) => ({ secret: { customFields: { owner } } }),
    skipDryRun: (skipDryRun) => ({ secret: { skipDryRun } }),
    agentRulesEnforced: (agentRulesEnforced) => ({ secret: { agentRulesEnforced } }),
    agentQuorum: (agentQuorum) => ({ secret: { agentQuorum } }),
    agentInputRules: (agentInputRules) => ({ secret: { agentInputRules } }),
    agentOutputRules: (agentOutputRules) => ({ secret: { agentOutputRules } }),
    lockOnRead: (lockOnRead) => ({ secret: { lockOnRead } }),
    lockMinutes: (lockMinutes) => ({ secret: { lockMinutes } }),
    rotateOnUnlock: (rotateOnUnlock) => ({ secret: { rotateOnUnlock } }),
    lockDuringSession: (lockDuringSession) => ({ secret: { lockDuringSession } }),
  } satisfies Places<
    CustomRotatedSecretProps,
    "target" | "payload" | "schedule" | "passwordPolicy" | "secureRemoteAccess"
  >,
  payload: {
    system: (system) => ({ credential: { system } }),
    username: (username) => ({ credential: { username } }),
    passwordField: (passwordField) => ({ credential: { passwordField } }),
    alternateWith: (username) => ({ credential: { alternateWith: { username } } }),
    keyId: (keyId) => ({ credential: { keyId } }),
    keyName: (keyName) => ({ credential: { keyName } }),
    formerPolicies: (length) => ({
      credential: { formerPolicies: [new PasswordPolicy({ length })] },
    }),
    fields: (value) => ({ credential: { fields: { note: { deep: [value] } } } }),
  } satisfies Places<RotationPayloadProps, "currentPassword">,
  policy: {
    length: (length) => policy({ length }),
    lowercase: (lowercase) => policy({ lowercase }),
    uppercase: (uppercase) => policy({ uppercase }),
    numbers: (numbers) => policy({ numbers }),
    symbols: (symbols) => policy({ symbols }),
    allowedSymbols: (allowedSymbols) => policy({ allowedSymbols }),
  } satisfies Places<PasswordPolicyProps>,
  schedule: {
    atHourUtc: (atHourUtc) => schedule({ atHourUtc }),
    betweenHoursUtc: (from) => schedule({ betweenHoursUtc: { from, to: 4 } }),
    announceDaysBefore: (announceDaysBefore) => schedule({ announceDaysBefore }),
  } satisfies Places<RotationScheduleOptions>,
  "agent rule": {
    name: (name) => rule({ name }),
    rule: (text) => rule({ rule: text }),
  } satisfies Places<AgentRule>,
  ssh: {
    hosts: (value) => ssh({ hosts: value }),
    enforceHosts: (enforceHosts) => ssh({ enforceHosts }),
    hostsOfTargets: (hostsOfTargets) => ssh({ hostsOfTargets }),
    certificateIssuer: (certificateIssuer) => ssh({ certificateIssuer }),
    user: (user) => ssh({ certificateIssuer: "/issuer", user }),
  } satisfies Places<SshAccessProps, "rotateAfterDisconnect">,
  rdp: {
    domain: (domain) => rdp({ domain }),
    user: (user) => rdp({ user }),
    allowExternalUser: (allowExternalUser) => rdp({ allowExternalUser }),
  } satisfies Places<RdpAccessProps, keyof HostAccessProps>,
  web: {
    url: (url) => web({ url }),
    mode: (mode) => web({ mode }),
  } satisfies Places<WebAccessProps, "rotateAfterDisconnect">,
  check: {
    rotate: (rotate) => ({ check: { rotate } }),
    rotatorBudgetSec: (rotatorBudgetSec) => ({ check: { rotatorBudgetSec } }),
    gatewayUrl: (gatewayUrl) => ({ check: { gatewayUrl } }),
    command: (command) => ({ check: { command } }),
  } satisfies Places<RotationCheckProps, "secret">,
  drift: {
    command: (command) => ({ drift: { command } }),
  } satisfies Places<DriftCheckProps>,
  gateway: {
    address: (address) => ({ gateway: { address } }),
    login: (accessId) => ({ gateway: { login: GatewayLogin.awsIam({ accessId }) } }),
  } satisfies Places<GatewayProviderProps>,
  settings: {
    kitCommand: (kitCommand) => ({ settings: { kitCommand } }),
    realisation: (realisation) => ({ settings: { realisation } }),
    intervalUnit: (intervalUnit) => ({ settings: { intervalUnit } }),
    secureRemoteAccessStage: (secureRemoteAccessStage) => ({
      settings: { secureRemoteAccessStage },
    }),
  } satisfies Places<Settings>,
} as const;

/** Values that hold a reference beside something else. */
const MIXED: Readonly<Record<string, (reference: Reference) => Given>> = {
  "target: part of the name": ({ text }) => ({ target: { name: `/prod/${text}` } }),
  "target: number in the url": ({ number }) => ({
    target: { url: `https://h-${number}.internal/rotate` },
  }),
  "target elsewhere: number in the name": ({ number }) => ({
    elsewhere: { name: `/r-${number}-b` },
  }),
  "gateway: number in the address": ({ number }) => ({
    gateway: { address: `https://gw-${number}.internal:8081` },
  }),
  "gateway: port": ({ number }) => ({ gateway: { address: `https://gw.internal:${number}` } }),
  "gateway: number in the login": ({ number }) => ({
    gateway: { login: GatewayLogin.awsIam({ accessId: `p-${number}-x` }) },
  }),
  "stack: tag": ({ text, number }) => ({ stackTag: `env-${number}-${text}` }),
  "check: number in the gateway's address": ({ number }) => ({
    check: { gatewayUrl: `https://gw-${number}.internal:8081` },
  }),
  "check: word of the command": ({ text, number }) => ({
    check: { command: ["kit", text, `a-${number}-b`] },
  }),
  "drift: word of the command": ({ text, number }) => ({
    drift: { command: ["kit", text, `a-${number}-b`] },
  }),
  "number in the name": ({ number }) => ({ secret: { name: `/prod/a-${number}-b` } }),
  "part of the name": ({ text }) => ({ secret: { name: `/prod/${text}` } }),
  "part of the description": ({ text }) => ({ secret: { description: `"${text}" \\ {` } }),
  "number in the description": ({ number }) => ({ secret: { description: `of ${number}` } }),
  "number in a tag": ({ number }) => ({ secret: { tags: [`tier-${number}-b`] } }),
  "one tag": ({ text }) => ({ secret: { tags: ["b", `env:${text}`, "a"] } }),
  "an added tag": ({ text, number }) => ({ addedTag: `x-${number}-${text}` }),
  "interval in days": ({ number }) => schedule({}, Duration.days(number)),
  "interval in hours": ({ number }) => schedule({}, Duration.hours(number)),
  "one day of announceDaysBefore": ({ number }) => schedule({ announceDaysBefore: [1, number] }),
  "length alone": ({ number }) => ({
    secret: { passwordPolicy: PasswordPolicy.lengthOnly(number) },
  }),
  "ssh: one host": ({ text }) => ssh({ hosts: ["a", text] }),
  "ssh: number in a host": ({ number }) => ssh({ hosts: [`h${number}.internal`] }),
  rotateAfterDisconnect: ({ number }) =>
    ssh({ rotateAfterDisconnect: RotateAfterDisconnect.after(Duration.minutes(number)) }),
  username: ({ text }) => ({ credential: { username: `svc-${text}` } }),
  "fields: text": ({ text }) => ({ credential: { fields: { note: `"${text}"` } } }),
  "fields: number in a text": ({ number }) => ({
    credential: { fields: { [`port ${number}`]: `at-${number}.` } },
  }),
  "custom fields: all": ({ flag }) => ({ secret: { customFields: flag as never } }),
  "another rotator's payload": ({ text, number }) => ({
    secret: { payload: RotationPayload.of({ user: text, deep: [{ port: number }, "x"] }) },
  }),
};

type Declared = (reference: Reference) => Given;

/** Declares everything once; `unrelated` variables come first and move cdktf's token numbers. */
function synthesize(declare: Declared, realisation: Realisation, unrelated = 0): object {
  const stack = new TerraformStack(Testing.stubVersion(new App()), "test");
  for (let index = 0; index < unrelated; index += 1) {
    const other = new TerraformVariable(stack, `unrelated${index}`, { type: "string" });
    expect([other.stringValue, other.numberValue, other.listValue, `${other.value}`]).toHaveLength(
      4,
    );
  }
  const variable = new TerraformVariable(stack, "probe", { type: "any" });
  variable.overrideLogicalId("probe");
  const given = declare({
    text: variable.stringValue,
    number: variable.numberValue,
    flag: variable.booleanValue,
    list: variable.listValue,
  });
  applySettings(stack, { intervalUnit: "days", realisation, ...given.settings });
  if (given.stackTag !== undefined) ItemTags.add(stack, given.stackTag);
  new GatewayProvider(stack, "Gateway", given.gateway);
  const target = given.elsewhere
    ? WebTarget.fromWebTargetAttributes(stack, "target", { name: "/rotator", ...given.elsewhere })
    : new WebTarget(stack, "target", {
        name: "/rotator",
        url: "https://rotator.internal/rotate",
        ...given.target,
      });
  if (given.credential || given.check || given.gateway || given.elsewhere || given.settings) {
    new RotatedAppCredential(stack, "credential", {
      name: "/prod/app",
      target,
      system: "app",
      username: "svc",
      ...given.credential,
      check: given.credential ? false : given.check,
    });
  }
  const secret = new CustomRotatedSecret(stack, "secret", {
    name: "/prod/other",
    target,
    payload: new RotationPayload({ system: "app", username: "svc" }),
    schedule: RotationSchedule.every(Duration.days(30)),
    ...given.secret,
  });
  if (given.addedTag !== undefined) secret.addTags(given.addedTag);
  if (given.drift) new DriftCheck(stack, "drift", given.drift);
  const { variable: variables, ...rest } = JSON.parse(Testing.synth(stack, true));
  expect(variables).toHaveProperty("probe");
  return rest;
}

/** The reference arrives, and other variables of the stack change nothing. */
function expectArrival(declare: Declared, realisation: Realisation, synthesized: object): void {
  const text = JSON.stringify(synthesized);
  expect(text).toContain("var.probe");
  // Neither a token that was left over nor the number that represents one.
  expect(text).not.toMatch(/TfToken|TOKEN\[|e\+2\d\d|String List Token|unresolved/i);
  expect(synthesize(declare, realisation, 3)).toEqual(synthesized);
}

const places = Object.entries(PROPERTIES).flatMap(([of, properties]) =>
  Object.entries<Place>(properties).map(([name, place]) => [`${of}: ${name}`, place] as const),
);

describe.each<Realisation>(["provider", "out-of-state"])("managed as %s", (realisation) => {
  it.each(
    Object.entries(MIXED),
  )("a reference can be a part of %s, and other variables do not change the stack", (_, declare) => {
    expectArrival(declare, realisation, synthesize(declare, realisation));
  });

  it.each(
    places,
  )("a reference of each kind arrives as %s, or is refused in a sentence", (_, place) => {
    for (const kind of ["text", "number", "flag", "list"] as const) {
      const declare: Declared = (reference) => place(reference[kind] as never);
      let synthesized: object | undefined;
      try {
        synthesized = synthesize(declare, realisation);
      } catch (error) {
        if (!(error instanceof KitError)) throw error;
        expect(error.message, kind).toMatch(
          /reference|only Terraform knows|the Terraform provider has no attribute/,
        );
      }
      if (synthesized) expectArrival(declare, realisation, synthesized);
    }
  });
});

it("a text that Terraform shall not evaluate is written beside a reference, without a warning of cdktf", () => {
  const warn = vi.spyOn(console, "warn");
  const declare: Declared = ({ text }) => ({
    credential: { fields: { note: `$\${x} %%{y} ${text}` }, tags: [`$\${x} ${text}`, "b"] },
  });
  const text = JSON.stringify(synthesize(declare, "provider"));
  expect(text).toContain(`\\"note\\" = \\"$\${x} %%{y} \${var.probe}\\"`);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

import { App, type IResolvable, TerraformStack, TerraformVariable, Testing } from "cdktf";
import { describe, expect, it, vi } from "vitest";
import {
  applySettings,
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  Duration,
  GatewayProvider,
  PasswordPolicy,
  type Realisation,
  RotateAfterDisconnect,
  RotatedAppCredential,
  type RotatedAppCredentialProps,
  RotationPayload,
  RotationSchedule,
  SecureRemoteAccess,
  WebTarget,
  type WebTargetProps,
} from "../../../../stacks/constructs/index.ts";

/** One variable of Terraform, in each form in which cdktf hands it on. */
interface Reference {
  readonly text: string;
  readonly number: number;
  readonly flag: IResolvable;
  readonly list: string[];
}

interface Case {
  readonly property: string;
  readonly target?: (reference: Reference) => Partial<WebTargetProps>;
  readonly secret?: (reference: Reference) => Partial<CustomRotatedSecretProps>;
  readonly credential?: (reference: Reference) => Partial<RotatedAppCredentialProps>;
  /** Only the API has it. */
  readonly outOfStateOnly?: true;
}

const hosts = ["app01.internal"];
const ssh = (props: Partial<Parameters<typeof SecureRemoteAccess.ssh>[0]>) => ({
  secureRemoteAccess: SecureRemoteAccess.ssh({ hosts, ...props }),
});
const rdp = (props: Partial<Parameters<typeof SecureRemoteAccess.rdp>[0]>) => ({
  secureRemoteAccess: SecureRemoteAccess.rdp({ hosts, ...props }),
});
const policy = (props: ConstructorParameters<typeof PasswordPolicy>[0]) => ({
  passwordPolicy: new PasswordPolicy(props),
});
const schedule = (...args: Parameters<typeof RotationSchedule.every>) => ({
  schedule: RotationSchedule.every(...args),
});

const cases: readonly Case[] = [
  { property: "target: name", target: ({ text }) => ({ name: text }) },
  { property: "target: part of the name", target: ({ text }) => ({ name: `/prod/${text}` }) },
  { property: "target: url", target: ({ text }) => ({ url: text }) },
  { property: "target: description", target: ({ text }) => ({ description: text }) },
  { property: "target: key", target: ({ text }) => ({ key: text }) },
  { property: "target: maxVersions", target: ({ number }) => ({ maxVersions: number }) },
  {
    property: "target: keepPreviousVersion",
    target: ({ flag }) => ({ keepPreviousVersion: flag }),
  },
  { property: "name", secret: ({ text }) => ({ name: text }) },
  { property: "number in the name", secret: ({ number }) => ({ name: `/prod/a-${number}-b` }) },
  { property: "number in a tag", secret: ({ number }) => ({ tags: [`tier-${number}-b`] }) },
  {
    property: "ssh: number in a host",
    secret: ({ number }) => ssh({ hosts: [`h${number}.internal`] }),
  },
  {
    property: "target: number in the url",
    target: ({ number }) => ({ url: `https://h-${number}.internal/rotate` }),
  },
  { property: "part of the name", secret: ({ text }) => ({ name: `/prod/${text}` }) },
  { property: "description", secret: ({ text }) => ({ description: `"${text}" \\ {` }) },
  {
    property: "number in the description",
    secret: ({ number }) => ({ description: `of ${number}` }),
  },
  { property: "key", secret: ({ text }) => ({ key: text }) },
  { property: "one tag", secret: ({ text }) => ({ tags: ["b", `env:${text}`, "a"] }) },
  { property: "all tags", secret: ({ list }) => ({ tags: list }) },
  { property: "customFields", secret: ({ text }) => ({ customFields: { owner: text } }) },
  { property: "timeoutSec", secret: ({ number }) => ({ timeoutSec: number }) },
  { property: "maxVersions", secret: ({ number }) => ({ maxVersions: number }) },
  { property: "keepPreviousVersion", secret: ({ flag }) => ({ keepPreviousVersion: flag }) },
  { property: "deleteProtection", secret: ({ flag }) => ({ deleteProtection: flag }) },
  { property: "skipDryRun", secret: ({ flag }) => ({ skipDryRun: flag }) },
  { property: "agentRulesEnforced", secret: ({ flag }) => ({ agentRulesEnforced: flag }) },
  { property: "agentQuorum", secret: ({ flag }) => ({ agentQuorum: flag }) },
  {
    property: "agentInputRules",
    secret: ({ text }) => ({ agentInputRules: [{ name: "n", rule: text }] }),
  },
  { property: "interval in days", secret: ({ number }) => schedule(Duration.days(number)) },
  { property: "interval in hours", secret: ({ number }) => schedule(Duration.hours(number)) },
  {
    property: "atHourUtc",
    secret: ({ number }) => schedule(Duration.days(30), { atHourUtc: number }),
  },
  {
    property: "announceDaysBefore",
    secret: ({ number }) => schedule(Duration.days(30), { announceDaysBefore: [1, number] }),
  },
  { property: "policy: length", secret: ({ number }) => policy({ length: number }) },
  { property: "policy: lowercase", secret: ({ flag }) => policy({ lowercase: flag }) },
  { property: "policy: symbols", secret: ({ flag }) => policy({ symbols: flag }) },
  { property: "ssh: one host", secret: ({ text }) => ssh({ hosts: ["a", text] }) },
  { property: "ssh: all hosts", secret: ({ list }) => ssh({ hosts: list }) },
  { property: "ssh: certificateIssuer", secret: ({ text }) => ssh({ certificateIssuer: text }) },
  {
    property: "ssh: user",
    secret: ({ text }) => ssh({ certificateIssuer: "/issuer", user: text }),
  },
  { property: "rdp: domain", secret: ({ text }) => rdp({ domain: text }) },
  { property: "rdp: user", secret: ({ text }) => rdp({ user: text }) },
  { property: "rdp: allowExternalUser", secret: ({ flag }) => rdp({ allowExternalUser: flag }) },
  {
    property: "web: url",
    secret: ({ text }) => ({
      secureRemoteAccess: SecureRemoteAccess.web({ url: text, mode: "direct" }),
    }),
  },
  {
    property: "rotateAfterDisconnect",
    secret: ({ number }) =>
      ssh({ rotateAfterDisconnect: RotateAfterDisconnect.after(Duration.minutes(number)) }),
  },
  {
    property: "enforceHosts",
    secret: ({ flag }) => ssh({ enforceHosts: flag }),
    outOfStateOnly: true,
  },
  {
    property: "hostsOfTargets",
    secret: ({ list }) => ssh({ hostsOfTargets: list }),
    outOfStateOnly: true,
  },
  {
    property: "lockDuringSession",
    secret: ({ flag }) => ({ lockDuringSession: flag }),
    outOfStateOnly: true,
  },
  {
    property: "lockOnRead",
    secret: ({ flag }) => ({ lockOnRead: flag }),
    outOfStateOnly: true,
  },
  {
    property: "lockMinutes",
    secret: ({ number }) => ({ lockMinutes: number }),
    outOfStateOnly: true,
  },
  {
    property: "rotateOnUnlock",
    secret: ({ flag }) => ({ rotateOnUnlock: flag }),
    outOfStateOnly: true,
  },
  { property: "system", credential: ({ text }) => ({ system: text }) },
  { property: "username", credential: ({ text }) => ({ username: `svc-${text}` }) },
  {
    property: "alternateWith",
    credential: ({ text }) => ({ alternateWith: { username: text } }),
  },
  { property: "keyId", credential: ({ text }) => ({ keyId: text }) },
  { property: "fields: text", credential: ({ text }) => ({ fields: { note: `"${text}"` } }) },
  { property: "fields: number", credential: ({ number }) => ({ fields: { port: number } }) },
  {
    property: "fields: number in a text",
    credential: ({ number }) => ({ fields: { [`port ${number}`]: `at-${number}.` } }),
  },
  { property: "fields: flag", credential: ({ flag }) => ({ fields: { tls: flag } }) },
  { property: "fields: list", credential: ({ list }) => ({ fields: { hosts: list } }) },
  {
    property: "another rotator's payload",
    secret: ({ text, number }) => ({
      payload: RotationPayload.of({ user: text, deep: [{ port: number }, "x"] }),
    }),
  },
];

type Synthesized = Record<string, unknown> & { variable?: Record<string, unknown> };

/** Synthesizes one declaration; `unrelated` variables come first and move cdktf's token numbers. */
function synthesize(entry: Case, realisation: Realisation, unrelated: number): Synthesized {
  const stack = new TerraformStack(Testing.stubVersion(new App()), "test");
  applySettings(stack, { intervalUnit: "days", realisation });
  for (let index = 0; index < unrelated; index += 1) {
    const other = new TerraformVariable(stack, `unrelated${index}`, { type: "string" });
    expect([other.stringValue, other.numberValue, other.listValue, `${other.value}`]).toHaveLength(
      4,
    );
  }
  const variable = new TerraformVariable(stack, "probe", { type: "any" });
  variable.overrideLogicalId("probe");
  new GatewayProvider(stack, "Gateway");
  const reference: Reference = {
    text: variable.stringValue,
    number: variable.numberValue,
    flag: variable.booleanValue,
    list: variable.listValue,
  };
  const target = new WebTarget(stack, "target", {
    name: "/rotator",
    url: "https://rotator.internal/rotate",
    ...entry.target?.(reference),
  });
  new RotatedAppCredential(stack, "credential", {
    name: "/prod/app",
    target,
    system: "app",
    username: "svc",
    ...entry.credential?.(reference),
  });
  new CustomRotatedSecret(stack, "secret", {
    name: "/prod/other",
    target,
    payload: new RotationPayload({ system: "app", username: "svc" }),
    schedule: RotationSchedule.every(Duration.days(30)),
    ...entry.secret?.(reference),
  });
  const { variable: variables, ...rest } = JSON.parse(Testing.synth(stack, true)) as Synthesized;
  expect(variables).toHaveProperty("probe");
  return rest;
}

describe.each<Realisation>(["provider", "out-of-state"])("managed as %s", (realisation) => {
  const declared = cases.filter((entry) => !entry.outOfStateOnly || realisation === "out-of-state");

  it.each(
    declared.map((entry) => [entry.property, entry] as const),
  )("a reference can be the value of %s, and other variables do not change the stack", (_, entry) => {
    const synthesized = synthesize(entry, realisation, 0);
    const text = JSON.stringify(synthesized);
    expect(text).toContain("var.probe");
    // Neither a token that was left over nor the number that represents one.
    expect(text).not.toMatch(/TfToken|TOKEN\[|e\+2\d\d|String List Token|unresolved/i);
    expect(synthesize(entry, realisation, 3)).toEqual(synthesized);
  });
});

it("a text that Terraform shall not evaluate is written beside a reference, without a warning of cdktf", () => {
  const warn = vi.spyOn(console, "warn");
  const entry: Case = {
    property: "fields",
    credential: ({ text }) => ({ fields: { note: `$\${x} %%{y} ${text}` } }),
  };
  const text = JSON.stringify(synthesize(entry, "provider", 0));
  expect(text).toContain(`\\"note\\" = \\"$\${x} %%{y} \${var.probe}\\"`);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

import { Fn, TerraformLocal, type TerraformStack, TerraformVariable } from "cdktf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  Duration,
  PasswordPolicy,
  RotatedAppCredential,
  RotationSchedule,
  SecureRemoteAccess,
  SensitiveInput,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import type { Item } from "../../../harness/gateway/index.ts";
import { type Declare, type GatewayOf, type Stage, setStackStage } from "./stage.ts";

const REALISATIONS = ["provider", "out-of-state"] as const;
type Realisation = (typeof REALISATIONS)[number];

/** Each kind of reference, and in which properties it arrives (unit tests: in all of them). */
const declare =
  (unrelated: number): Declare =>
  (stack, rotator) => {
    // What comes first moves the numbers of cdktf's tokens.
    for (let index = 0; index < unrelated; index += 1) {
      const other = new TerraformVariable(stack, `unrelated${index}`, { default: "x" });
      new TerraformLocal(stack, `used${index}`, `${other.stringValue} ${other.numberValue}`);
    }
    const given = variables(stack);
    for (const realisation of REALISATIONS) declareOne(stack, rotator, given, realisation);
  };

function variables(stack: TerraformStack) {
  const variable = (id: string, type: string, value: unknown) => {
    const made = new TerraformVariable(stack, id, { type, default: value });
    made.overrideLogicalId(id);
    return made;
  };
  const team = variable("team", "string", 'pay"ments');
  return {
    text: team.stringValue,
    number: variable("size", "number", 20).numberValue,
    flag: variable("dry", "bool", false).booleanValue,
    list: variable("labels", "list(string)", ["b", "a"]).listValue,
    local: new TerraformLocal(stack, "upper", Fn.upper(team.stringValue)).asString,
  };
}

function declareOne(
  stack: TerraformStack,
  rotator: WebTarget,
  { text, number, flag, list, local }: ReturnType<typeof variables>,
  realisation: Realisation,
): void {
  const target = new WebTarget(stack, `target-${realisation}`, {
    realisation,
    name: `/targets/${realisation}-${number}-x`,
    url: rotator.targetUrl,
    description: local,
  });
  new RotatedAppCredential(stack, realisation, {
    realisation,
    name: `/prod/${realisation}-${number}-x`,
    target,
    system: "app",
    username: `svc-${text}`,
    currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
    fields: { port: number, labels: list, dry: flag, note: `at-${number}.` },
    description: `of ${text} and ${rotator.targetName}`,
    tags: list,
    customFields: { owner: local },
    timeoutSec: number,
    skipDryRun: flag,
    schedule: RotationSchedule.every(Duration.days(number), { atHourUtc: 3 }),
    passwordPolicy: new PasswordPolicy({ length: number, symbols: flag }),
    secureRemoteAccess: SecureRemoteAccess.ssh({ hosts: list }),
    deleteProtection: false,
  });
}

const nameOf = (realisation: Realisation) => `/prod/${realisation}-20-x`;

describe("references of Terraform", () => {
  let stage: Stage;
  const item = (realisation: Realisation): Item | undefined =>
    stage.gateway.item(nameOf(realisation));
  // Nothing else names the gateway: neither the environment of the steps nor the provider's.
  const address: GatewayOf = (stack) => ({
    address: new TerraformVariable(stack, "address", { default: stage.gateway.url }).stringValue,
  });
  beforeAll(async () => {
    stage = await setStackStage();
    stage.rotator.answer = ({ body }) =>
      JSON.stringify({ ...JSON.parse(body.payload), current_password: "Rotated1Rotated2Abcd" });
    await stage.synthesize(declare(0), address);
    await stage.terraform(["apply", "-auto-approve"], { env: { AKEYLESS_GATEWAY: "" } });
  });
  afterAll(() => stage.stop());

  it.each(REALISATIONS)("arrive in an item that is realised by %s", (realisation) => {
    expect(item(realisation)).toMatchObject({
      description: 'of pay"ments and /rotator',
      tags: expect.arrayContaining(["a", "b"]),
      customFields: { owner: 'PAY"MENTS' },
      timeoutSeconds: 20,
      schedule: { autoRotate: true, interval: 20, hour: 3 },
      policy: { enabled: true, length: 20, specialCharacters: false },
      stored: { "skip-dry-run": false },
    });
    const asked = stage.rotator.requests
      .map(({ body }) => JSON.parse(body.payload))
      .find(({ note, policy }) => note === "at-20." && policy.length === 20);
    expect(asked).toMatchObject({
      username: 'svc-pay"ments',
      port: 20,
      labels: ["b", "a"],
      dry: false,
      policy: { length: 20, symbols: false },
    });
  });

  it("are the same after unrelated ones were added: nothing is planned, nothing rotates", async () => {
    const versions = () => REALISATIONS.map((each) => item(each)?.lastVersion);
    const before = versions();
    await stage.synthesize(declare(3), address);
    expect(await stage.plannedActions()).toEqual([]);
    await stage.terraform(["apply", "plan"]);
    expect(versions()).toEqual(before);
  });
});

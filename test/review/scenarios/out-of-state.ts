import {
  Duration,
  type Realisation,
  RotationSchedule,
  WebTarget,
} from "../../../stacks/constructs/index.ts";
import {
  all,
  nothing,
  reviewedSecretIn,
  type Scenario,
  type ScenarioDeclaration,
  scenarioSecret,
} from "../scenario.ts";

const realisation: Realisation = "out-of-state";
const steps = (props: Parameters<typeof scenarioSecret>[0] = {}, id?: string) =>
  scenarioSecret({ realisation, ...props }, id);

const targetBySteps: ScenarioDeclaration = (stack, rotator) => {
  const target = new WebTarget(stack, "stepped", {
    name: "/stepped",
    url: rotator.targetUrl,
    realisation,
  });
  reviewedSecretIn(stack, rotator, { realisation, target });
};

/** Plans of items that are managed by steps of the kit. */
export const outOfStateScenarios: readonly Scenario[] = [
  { name: "steps-create", after: steps() },
  { name: "steps-create-with-target", after: targetBySteps },
  { name: "steps-same", before: steps() },
  {
    name: "steps-update",
    before: steps(),
    after: steps({ schedule: RotationSchedule.every(Duration.days(90)) }),
  },
  { name: "steps-payload-again", before: steps(), after: steps({ payloadVersion: "2" }) },
  { name: "steps-rename", before: steps(), after: steps({ name: "/prod/renamed" }) },
  {
    name: "steps-rename-protected",
    before: steps({ deleteProtection: true }),
    after: steps({ deleteProtection: true, name: "/prod/renamed" }),
  },
  { name: "steps-target-changed", before: steps(), after: targetBySteps },
  { name: "steps-removed", before: steps(), after: nothing },
  {
    name: "steps-destroy-protected",
    before: steps({ deleteProtection: true }),
    args: ["-destroy"],
  },
  {
    name: "steps-protected-removed",
    before: steps({ deleteProtection: true }),
    after: nothing,
  },
  {
    name: "steps-construct-renamed",
    before: steps(),
    after: steps({ name: "/prod/app" }, "reporting"),
  },
  {
    name: "steps-one-first-password",
    before: all(steps(), steps({}, "second")),
    after: all(steps({ description: "new" }), steps({}, "second")),
  },
  { name: "from-provider-to-steps", before: scenarioSecret(), after: steps() },
  {
    name: "steps-and-provider",
    before: scenarioSecret(),
    after: all(scenarioSecret(), steps({}, "second")),
  },
];

import { defined } from "../../../common/defined.ts";
import { type Attributes, secretsOf } from "../model.ts";
import type { RulePolicy } from "../policy.ts";
import type { Rule } from "../rule.ts";
import type { Severity } from "../severity.ts";
import { asFlag, asWholeNumber } from "../values.ts";
import { secret, updatedSecret } from "./example.ts";

const CLASSES = {
  use_lower_letters: "lower-case letters",
  use_capital_letters: "capital letters",
  use_numbers: "numbers",
  use_special_characters: "special characters",
} as const;
const CLASS_NAMES = Object.keys(CLASSES) as (keyof typeof CLASSES)[];

export const passwordPolicy: Rule = {
  id: "AKR060",
  title: "weak or weakened password policy",
  severity: "high",
  phase: "synth",
  reason: "The rotator generates passwords by the declared policy, and audits compare with it.",
  remedy:
    "Ask for at least limits.min_password_length characters of all classes; if the system cannot accept them, waive this with the reason.",
  examples: {
    pass: [
      { title: "32 characters of all classes", resources: [secret()] },
      {
        title: "no policy: the rotator knows the system's",
        resources: [secret({ enable_password_policy: null, password_length: null })],
      },
      {
        title: "the plan leaves what Akeyless keeps of a policy that is off",
        resources: [
          updatedSecret(
            { enable_password_policy: "false" },
            { enable_password_policy: "false", description: "new" },
          ),
        ],
      },
      {
        title: "the plan makes it longer",
        resources: [updatedSecret({ password_length: "20" }, { password_length: "32" })],
      },
    ],
    fail: [
      { title: "8 characters", resources: [secret({ password_length: "8" })] },
      {
        title: "a length with the policy switched off (medium)",
        resources: [
          secret({
            enable_password_policy: "false",
            use_lower_letters: null,
            use_capital_letters: null,
            use_numbers: null,
            use_special_characters: null,
          }),
        ],
      },
      {
        title: "numbers only",
        resources: [
          secret({
            use_lower_letters: "false",
            use_capital_letters: "false",
            use_special_characters: "false",
          }),
        ],
      },
      {
        title: "the plan makes it shorter",
        resources: [updatedSecret({ password_length: "32" }, { password_length: "20" })],
      },
      {
        title: "the plan drops a class",
        resources: [updatedSecret({}, { use_special_characters: "false" })],
      },
      {
        title: "the plan switches the policy off",
        resources: [updatedSecret({}, { enable_password_policy: "false" })],
      },
    ],
  },
  *check({ deployment, policy }) {
    for (const { address, attributes, before } of secretsOf(deployment)) {
      for (const [attribute, message, severity] of [
        ...weak(attributes, policy),
        ...weakened(before, attributes),
      ]) {
        yield { address, attribute, message, ...defined({ severity }) };
      }
    }
  },
};

type Problem = [attribute: string, message: string, severity?: Severity];

function* weak(attributes: Attributes, { limits }: RulePolicy): Iterable<Problem> {
  const length = asWholeNumber(attributes.password_length);
  if (length !== undefined && length < limits.min_password_length) {
    yield [
      "password_length",
      `passwords get ${length} characters; at least ${limits.min_password_length} are required`,
    ];
  }
  const enabled = asFlag(attributes.enable_password_policy);
  // Akeyless keeps the classes, too, of a policy that was switched off.
  const alone = CLASS_NAMES.every((name) => asFlag(attributes[name]) === false);
  if (length !== undefined && enabled === false && alone) {
    yield [
      "enable_password_policy",
      `a length of ${length} characters is declared, but the password policy is switched off`,
      "medium",
    ];
  }
  if (!enabled) return;
  const on = CLASS_NAMES.filter((name) => asFlag(attributes[name]) !== false);
  const [only] = on;
  if (on.length > 1) return;
  yield [
    only ?? "enable_password_policy",
    only === undefined
      ? "every class of characters is switched off"
      : `passwords consist of ${CLASSES[only]} only`,
  ];
}

function* weakened(before: Attributes | undefined, after: Attributes): Iterable<Problem> {
  if (before === undefined || !asFlag(before.enable_password_policy)) return;
  if (asFlag(after.enable_password_policy) === false) {
    yield ["enable_password_policy", "the password policy is switched off; until now it was on"];
    return;
  }
  const [earlier, length] = [
    asWholeNumber(before.password_length),
    asWholeNumber(after.password_length),
  ];
  if (earlier !== undefined && length !== undefined && length < earlier) {
    yield ["password_length", `passwords get shorter: ${length} instead of ${earlier} characters`];
  }
  for (const name of CLASS_NAMES) {
    if (!asFlag(before[name]) || asFlag(after[name]) !== false) continue;
    yield [name, `passwords lose their ${CLASSES[name]}`];
  }
}

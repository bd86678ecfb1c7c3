import { Token } from "cdktf";
import { defined } from "../../common/defined.ts";
import type { RotatedSecretCustomAttributes } from "../akeyless/rotated-secret-custom.ts";
import { secretRows } from "../attributes/secret.ts";
import type { AgentRule, CustomRotatedSecretProps } from "./custom-rotated-secret-props.ts";
import { DeclarationError, isUnknown, shownValue } from "./errors.ts";
import { textOf } from "./expressions.ts";
import { declaredPath } from "./item-name.ts";
import { offered, plainSettings } from "./plain-settings.ts";
import { SecureRemoteAccess } from "./secure-remote-access.ts";
import type { IntervalUnit, Realisation, SecureRemoteAccessStage } from "./settings.ts";

/** Attributes of a secret without its names and its payload: nothing in it is secret. */
export type SecretSettings = Partial<
  Omit<RotatedSecretCustomAttributes, "name" | "targetName" | "customPayload" | "tags">
>;

/** Translates the properties into the provider's attributes, every default filled in. */
export function secretSettings(
  props: CustomRotatedSecretProps,
  unit: IntervalUnit,
  stage: SecureRemoteAccessStage,
  realisation: Realisation,
): SecretSettings {
  const { schedule, passwordPolicy } = props;
  const interval = schedule.intervalIn(unit);
  const settings = defined({
    ...plainSettings(secretRows, props),
    autoRotate: String(schedule.interval !== undefined),
    rotationInterval: interval === undefined ? undefined : textOf(interval),
    rotationHour: schedule.hourOf(declaredPath(props.name)),
    rotationEventIn: eventDays(schedule.announceDaysBefore),
    inputRule: agentRules(props.agentInputRules),
    outputRule: agentRules(props.agentOutputRules),
    ...(passwordPolicy?.toAttributes() ?? { enablePasswordPolicy: "false" }),
    ...SecureRemoteAccess.toAttributes(props.secureRemoteAccess, stage),
  });
  return offered(secretRows, settings, realisation);
}

function eventDays(days: readonly number[]): readonly string[] | undefined {
  if (days.length === 0) return undefined;
  return isUnknown(days) ? Token.asList(days) : days.map(textOf);
}

function agentRules(rules: readonly AgentRule[] | undefined): string[] | undefined {
  if (isUnknown(rules)) {
    throw new DeclarationError(
      "invalid_declaration",
      "the agent rules are a reference as a whole: give a reference for each name and rule",
    );
  }
  return rules?.map(({ name, rule }) => {
    const texts: readonly unknown[] = [name, rule];
    if (texts.some(Array.isArray)) {
      throw new DeclarationError(
        "invalid_declaration",
        "the name or the rule of an agent rule is a list, or a reference to one: give a text",
      );
    }
    const wrong = [name, rule].find((part) => !isUnknown(part) && part.includes(","));
    if (wrong !== undefined) {
      throw new DeclarationError(
        "invalid_declaration",
        `the agent rule ${shownValue(wrong)} holds a comma, which separates name and rule on the wire: leave it out`,
      );
    }
    return `name=${name},rule=${rule}`;
  });
}

/**
 * Attributes without effect in this declaration, in Terraform's spelling. The server keeps what
 * they were before, the provider reads it back, and each plan would want to take it away again: what
 * an empty text means in an update is not documented, and custom fields cannot be cleared.
 */
export function switchedOffAttributes(props: CustomRotatedSecretProps): string[] {
  return [
    ...(props.description ? [] : ["description"]),
    ...(props.customFields === undefined ? ["item_custom_fields"] : []),
    ...(props.schedule.interval === undefined ? ["rotation_interval"] : []),
    ...(props.passwordPolicy === undefined ? POLICY_ATTRIBUTES : []),
  ];
}

const POLICY_ATTRIBUTES = [
  "password_length",
  "use_capital_letters",
  "use_lower_letters",
  "use_numbers",
  "use_special_characters",
];

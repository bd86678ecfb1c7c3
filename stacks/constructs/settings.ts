import type { IConstruct, Node } from "constructs";
import { DeclarationError, isUnknown, shownValue, validateChoices } from "./errors.ts";
import { sharedMap } from "./kind.ts";
import { withNumbersInTexts } from "./numbers-in-texts.ts";

/**
 * Settings that hold for everything below a construct, the nearest one winning: set in code with
 * `applySettings`, or for the whole app as `context` in `cdktf.json`.
 */
export interface Settings {
  /**
   * The unit in which the gateway counts `rotation_interval`. The documentation says days; some
   * servers count the interval of custom rotated secrets in minutes, and report so
   * (`rotation_interval_min`), which `rotation-kit check` compares after a deploy.
   * @default "days"
   */
  readonly intervalUnit?: IntervalUnit | undefined;
  /**
   * Whether Secure Remote Access that is declared is also switched on. The documentation advises
   * to prove rotation first and to enable Secure Remote Access then.
   * @default "enabled"
   */
  readonly secureRemoteAccessStage?: SecureRemoteAccessStage | undefined;
  /**
   * How items and Web Targets are managed; docs/guides/out-of-state.md compares the two ways.
   * @default "provider"
   */
  readonly realisation?: Realisation | undefined;
  /**
   * The command that starts `rotation-kit` in checks and steps, as words without a shell:
   * `["rotation-kit"]` where that is on the path. Terraform runs it in the folder of the stack, which
   * may be on another machine than the one that synthesizes; the kit must be installed there.
   * @default - the kit that is installed above the folder of the stack, else on the PATH; in a checkout of the kit, its source
   */
  readonly kitCommand?: readonly string[] | undefined;
}

/** Unit of the rotation interval on the wire. */
export type IntervalUnit = "days" | "minutes";

/** `staged`: declared and checked, but switched off; `enabled`: switched on. */
export type SecureRemoteAccessStage = "staged" | "enabled";

/**
 * `provider`: as resources of the Akeyless provider, whose state then holds each live payload;
 * `out-of-state`: by steps that call `rotation-kit`, so that neither plan nor state sees a secret.
 */
export type Realisation = "provider" | "out-of-state";

/** The allowed values of {@link Realisation}. */
export const REALISATIONS = ["provider", "out-of-state"] as const;

const KEYS = {
  intervalUnit: "akeyless-rotation-kit:intervalUnit",
  secureRemoteAccessStage: "akeyless-rotation-kit:secureRemoteAccessStage",
  realisation: "akeyless-rotation-kit:realisation",
} as const satisfies Record<keyof Choices, string>;

const CHOICES = {
  intervalUnit: ["days", "minutes"],
  secureRemoteAccessStage: ["staged", "enabled"],
  realisation: REALISATIONS,
} as const satisfies { [K in keyof Choices]-?: readonly NonNullable<Choices[K]>[] };

type Choices = Omit<Settings, "kitCommand">;
const COMMAND_KEY = "akeyless-rotation-kit:kitCommand";

const applied = sharedMap<IConstruct, Settings>("applied");

/** Sets settings for everything that is declared below a construct afterwards. */
export function applySettings(construct: IConstruct, settings: Settings): void {
  applied.set(construct, { ...applied.get(construct), ...settings });
}

/** The interval's unit that holds here, or undefined where nobody chose one. */
export const chosenIntervalUnit = (node: Node): IntervalUnit | undefined =>
  chosen(node, "intervalUnit");

/** The stage of Secure Remote Access that holds here. */
export const secureRemoteAccessStage = (node: Node): SecureRemoteAccessStage =>
  chosen(node, "secureRemoteAccessStage") ?? "enabled";

/** How items and Web Targets are managed here. */
export const chosenRealisation = (node: Node): Realisation =>
  chosen(node, "realisation") ?? "provider";

/** The command that starts `rotation-kit` here, or undefined where nobody chose one. */
export function chosenKitCommand(node: Node): readonly string[] | undefined {
  const scope = node.scopes.findLast((candidate) => applied.get(candidate)?.kitCommand);
  const value: unknown = scope ? applied.get(scope)?.kitCommand : node.tryGetContext(COMMAND_KEY);
  return value === undefined ? undefined : commandWords(`the setting ${COMMAND_KEY}`, value);
}

/**
 * The words of a command. A word may be a reference; a list that only Terraform knows cannot be one,
 * because the kit's own words follow it.
 */
export function commandWords(what: string, value: unknown): readonly string[] {
  const words = Array.isArray(value) && !isUnknown(value) ? value : [];
  if (words.length > 0 && words.every((word) => typeof word === "string" && word !== "")) {
    return withNumbersInTexts(words);
  }
  throw new DeclarationError(
    "invalid_declaration",
    `${what} is ${shownValue(value)}; give the command's words as a list, ["rotation-kit"]`,
  );
}

function chosen<K extends keyof Choices>(
  node: Node,
  name: K,
): (typeof CHOICES)[K][number] | undefined {
  const scope = node.scopes.findLast((candidate) => applied.get(candidate)?.[name] !== undefined);
  const value: unknown = scope ? applied.get(scope)?.[name] : node.tryGetContext(KEYS[name]);
  if (value === undefined) return undefined;
  const setting = `the setting ${KEYS[name]}`;
  validateChoices({ [setting]: value }, { [setting]: CHOICES[name] });
  return CHOICES[name].find((allowed) => allowed === value);
}

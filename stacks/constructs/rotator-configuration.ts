import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";
import type { ItemConfig } from "../../rotator/config/items.ts";
import { rotatorConfigSchema } from "../../rotator/config/schema.ts";
import { DeclarationError, isUnknown } from "./errors.ts";
import type { SecretDeclaration } from "./secret-declaration.ts";

/** The sections of rotator.yaml that a declaration depends on; the others may name absent files. */
const relevantSchema = z.looseObject({
  items: rotatorConfigSchema.shape.items,
  systems: z.record(z.string(), z.unknown()),
  limits: rotatorConfigSchema.shape.limits,
});

/** Payload fields that are compared; the payload as a whole was checked before. */
const payloadSchema = z.looseObject({
  system: z.string(),
  username: z.string(),
  users: z.array(z.looseObject({ username: z.string() })).optional(),
  key_id: z.string().optional(),
  key_name: z.string().optional(),
});

/**
 * What a rotator accepts, read from its rotator.yaml: given to a Web Target, every secret of that
 * target is checked against it at synth, so that nothing is deployed that the rotator would refuse.
 *
 * @example RotatorConfiguration.fromFile("rotator.yaml")
 */
export class RotatorConfiguration {
  /** Seconds that the rotator takes at most for one rotation. */
  readonly budgetSec: number;
  readonly #items: Readonly<Record<string, ItemConfig>>;
  readonly #systems: readonly string[];
  readonly #source: string;

  private constructor(source: string, text: string) {
    const parsed = relevantSchema.safeParse(parseYaml(source, text));
    if (!parsed.success) {
      const problems = parsed.error.issues.map(
        ({ path, message }) => `${path.join(".")}: ${message}`,
      );
      throw invalid(`${source} is not a configuration of a rotator: ${problems.join("; ")}`);
    }
    const { items, systems, limits } = parsed.data;
    this.budgetSec = limits.rotation_ms / 1000;
    this.#items = items;
    this.#systems = Object.keys(systems);
    this.#source = source;
  }

  /** Reads a rotator's own file. The rotator's environment variables are not known here. */
  static fromFile(file: string): RotatorConfiguration {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (cause) {
      throw invalid(`the rotator's configuration ${file} cannot be read`, cause);
    }
    return new RotatorConfiguration(file, text);
  }

  /** Reads the text of a rotator.yaml. */
  static fromText(text: string): RotatorConfiguration {
    return new RotatorConfiguration("the rotator's configuration", text);
  }

  /**
   * Refuses a declaration that the rotator would refuse.
   * @throws DeclarationError `rotator_would_refuse`, with everything that does not agree
   */
  check({ item, payload, forOurRotator, settings }: SecretDeclaration): void {
    if (isUnknown(item)) return;
    const binding = this.#items[item];
    const problems =
      binding === undefined
        ? [`it does not list the item (it lists ${Object.keys(this.#items).join(", ")})`]
        : [
            ...(forOurRotator ? this.#bindingProblems(binding, payload) : []),
            ...this.#timeProblems(settings),
          ];
    if (problems.length === 0) return;
    throw new DeclarationError(
      "rotator_would_refuse",
      `${this.#source} and the declaration of ${item} do not agree: ${problems.join("; ")}`,
    );
  }

  #bindingProblems(binding: ItemConfig, payload: SecretDeclaration["payload"]): string[] {
    const { system, username, users, key_id, key_name } = payloadSchema.parse(payload);
    const accounts = users?.map((user) => user.username) ?? [username];
    const keys = binding.strategy === "key-pair" ? [key_id, key_name] : [];
    const names = [...accounts, ...keys.filter((name) => name !== undefined)];
    const alternating = binding.strategy === "alternating";
    const candidates: [boolean, string][] = [
      [
        !isUnknown(system) && system !== binding.system,
        `the payload names the system "${system}", the rotator binds the item to "${binding.system}"`,
      ],
      [
        !this.#systems.includes(binding.system),
        `it has no system "${binding.system}" (it has ${this.#systems.join(", ")})`,
      ],
      [
        alternating && users === undefined,
        "the strategy is alternating, but the payload has no second account: give alternateWith",
      ],
      [
        !alternating && users !== undefined,
        `the payload has a second account, but the strategy is ${binding.strategy}: set it to alternating or leave alternateWith out`,
      ],
      ...names.map((name): [boolean, string] => [
        !isUnknown(name) && !binding.usernames.includes(name),
        `it does not list "${name}" under usernames (it lists ${binding.usernames.join(", ")})`,
      ]),
    ];
    return candidates.filter(([wrong]) => wrong).map(([, sentence]) => sentence);
  }

  #timeProblems({ timeout_sec: timeout }: SecretDeclaration["settings"]): string[] {
    if (typeof timeout !== "number" || isUnknown(timeout) || timeout > this.budgetSec) return [];
    return [
      `the gateway gives up after ${timeout} s, the rotator only after ${this.budgetSec} s (limits.rotation_ms): give timeoutSec at least ${Math.ceil(this.budgetSec) + 5}`,
    ];
  }
}

function parseYaml(source: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw invalid(`${source} is not YAML`, cause);
  }
}

const invalid = (message: string, cause?: unknown): DeclarationError =>
  new DeclarationError("invalid_declaration", message, { cause });

import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { KitError } from "../../../common/errors/kit-error.ts";
import { readFailure } from "../../../common/read-failure.ts";
import { MAX_PLAN_BYTES, type ParsedPlan, parsePlan } from "./parse-plan.ts";
import { parseSynthesized, type SynthesizedStack } from "./synthesized.ts";

/** A plan with what was found beside it. */
export interface PlanFile extends ParsedPlan {
  /** Name of the stack. */
  readonly stack: string;
  readonly synthesized?: SynthesizedStack | undefined;
}

/** Which plans a command was pointed at. */
export interface FoundPlans {
  readonly plans: readonly PlanFile[];
  /** Stacks of a folder that have no plan. */
  readonly unplanned: readonly string[];
}

const SYNTHESIZED = "cdk.tf.json";
const PLAN_NAME = /plan[^/]*\.json$/i;

/**
 * The plan of one file, of a stream (`-`), or of every stack in a folder such as cdktf.out.
 *
 * @param readStream reads standard input to its end
 * @throws KitError
 */
export function findPlans(source: string, readStream: () => Uint8Array): FoundPlans {
  if (source === "-") {
    return {
      plans: [{ ...parsePlan(readStream(), "standard input"), stack: "plan" }],
      unplanned: [],
    };
  }
  const isFolder = readable(source, () => statSync(source).isDirectory());
  return isFolder ? inFolder(source) : { plans: [readPlan(source)], unplanned: [] };
}

function inFolder(folder: string): FoundPlans {
  const stacks = [join(folder, "stacks"), folder].find((place) =>
    folders(place).some((name) => hasFile(join(place, name), SYNTHESIZED)),
  );
  const places =
    stacks === undefined ? [folder] : folders(stacks).map((name) => join(stacks, name));
  const plans: PlanFile[] = [];
  const unplanned: string[] = [];
  for (const place of places) {
    const [file] = entries(place)
      .filter((entry) => entry.isFile() && PLAN_NAME.test(entry.name))
      .map(({ name }) => name)
      .sort();
    if (file !== undefined) plans.push(readPlan(join(place, file)));
    else if (hasFile(place, SYNTHESIZED)) unplanned.push(basename(place));
  }
  if (plans.length === 0) {
    throw new KitError("plan_missing", { folder });
  }
  return { plans, unplanned };
}

function readPlan(file: string): PlanFile {
  const bytes = readable(file, () => {
    if (statSync(file).size > MAX_PLAN_BYTES) {
      throw new KitError("plan_too_large", { file });
    }
    return readFileSync(file);
  });
  const parsed = parsePlan(bytes, file);
  const synthesized = synthesizedBeside(file);
  const folder = basename(dirname(resolve(file)));
  const name = synthesized === undefined ? basename(file).replace(/\.json$/i, "") : folder;
  return { ...parsed, stack: synthesized?.stackName ?? name, synthesized };
}

function synthesizedBeside(file: string): SynthesizedStack | undefined {
  try {
    return parseSynthesized(readFileSync(join(dirname(file), SYNTHESIZED), "utf8"));
  } catch {
    // Most plans that did not come from cdktf have none.
    return undefined;
  }
}

const entries = (folder: string): Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
};

const folders = (place: string): string[] =>
  entries(place)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

const hasFile = (folder: string, name: string): boolean =>
  entries(folder).some((entry) => entry.isFile() && entry.name === name);

function readable<Result>(place: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof KitError) throw cause;
    throw new KitError("plan_unreadable", { file: place, why: readFailure(cause) }, { cause });
  }
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { KitError } from "../../common/errors/kit-error.ts";
import { parseJson, readText } from "../declaration/parse-json.ts";
import { type Declared, readDeclared } from "../operations/drift/declared.ts";
import { mapPooled } from "../operations/pool.ts";
import { isTaken } from "../operations/review/taken-names.ts";
import { knownAs, knownNames } from "../operations/state/known-names.ts";
import {
  type Check,
  type DoctorSetup,
  type Found,
  good,
  notSynthesized,
  problem,
  unknown,
} from "./check.ts";
import { clientOf } from "./items.ts";

/** Whether Terraform's state knows what Akeyless has. */
export const STATE_CHECKS: readonly Check[] = [{ name: "lost_create", look: lostCreate }];

/** Most names that the gateway is asked about. */
const LIMIT = 100;

type Named = Declared & { readonly name: string };

/**
 * With the provider, what Akeyless has and the state does not know can never be created: a create
 * whose answer was lost ends there. Out of state it is adopted.
 */
async function lostCreate(setup: DoctorSetup): Promise<Found[]> {
  let declared: Declared[];
  try {
    declared = readDeclared(setup.out, setup.environment);
  } catch (error) {
    if (error instanceof KitError && error.code === "stacks_missing") return notSynthesized(setup);
    throw error;
  }
  const byProvider = declared.filter(
    (one): one is Named =>
      one.name?.startsWith(setup.path) === true && typeOf(one) !== "null_resource",
  );
  const missing: Named[] = [];
  const blind: Found[] = [];
  for (const stack of new Set(byProvider.map((one) => one.stack))) {
    try {
      const unknownHere = await unknownTo(stack, setup);
      missing.push(...byProvider.filter((one) => one.stack === stack).filter(unknownHere));
    } catch (error) {
      if (!(error instanceof KitError)) throw error;
      blind.push(...unknown(error.message));
    }
  }
  const lost = await taken(missing.slice(0, LIMIT), setup);
  if (missing.length > LIMIT)
    blind.push(...unknown(`only the first ${LIMIT} of ${missing.length} were looked at`));
  if (lost.length > 0 || blind.length > 0) return [...lost, ...blind];
  return good("Terraform's state knows what Akeyless has of what is declared");
}

/** Tells what neither a stack's state holds nor its next deploy adopts. @throws KitError */
async function unknownTo(
  stack: string,
  { out, environment, signal }: DoctorSetup,
): Promise<(one: Named) => boolean> {
  const directory = join(out, "stacks", stack);
  // Before init Terraform may take the state for an empty one.
  if (!existsSync(join(directory, ".terraform"))) {
    throw new KitError("state_unreadable.uninitialized", { directory });
  }
  const known = await knownNames({ directory, environment, signal });
  const adopted = adoptedIn(directory);
  return (one) => !known.has(knownAs(typeOf(one), one.name)) && !adopted.has(one.address);
}

async function taken(missing: readonly Named[], setup: DoctorSetup): Promise<Found[]> {
  if (missing.length === 0) return [];
  const gateway = clientOf(setup);
  const found = await mapPooled(missing, async ({ kind, name, address }) =>
    (await isTaken(gateway, { kind, name }))
      ? problem(
          `Akeyless has ${name}, and Terraform's state does not know it, so that the provider cannot create it (409)`,
          `set adoptExisting: true on the construct of ${address}, if it is the one you mean, and deploy`,
        )
      : [],
  );
  return found.flat();
}

const typeOf = ({ address }: Declared): string => address.replace(/\..*$/, "");

const importsSchema = z.object({ import: z.array(z.object({ to: z.string() })).default([]) });

/** Addresses that the next deploy adopts (`adoptExisting`). */
function adoptedIn(directory: string): ReadonlySet<string> {
  const file = join(directory, "cdk.tf.json");
  const { import: imports } = parseJson(importsSchema, readText(file), file);
  return new Set(imports.map(({ to }) => to.replace(/^\$\{(.*)\}$/, "$1")));
}

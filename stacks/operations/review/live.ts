import { defined } from "../../../common/defined.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import type { Item } from "../../attributes/item.ts";
import type { Gateway } from "../../gateway/client.ts";
import { connectionFrom } from "../../gateway/connection.ts";
import { verdictOf } from "../../review/judge/verdict.ts";
import type { Review, ReviewedSecret, ReviewedStack } from "../../review/review-schema.ts";
import { answerCode } from "../advice.ts";
import { type CommandIo, gatewayFor } from "../io.ts";
import { mapPooled } from "../pool.ts";
import { rotationError } from "../rotation.ts";
import { withTakenNames } from "./taken-names.ts";

/** Secrets of one stack that the gateway is asked about at most. */
const MOST = 200;

/**
 * Asks the gateway when the secrets of a review rotated last and rotate next, why a rotation failed,
 * and whether it has what the plan creates, where the environment has credentials for it. Reads only,
 * and never a value. A gateway that does not answer is named among what the review cannot see.
 */
export async function withLiveFacts(review: Review, io: CommandIo): Promise<Review> {
  if (!hasCredentials(io)) return review;
  io.progress?.("asking the gateway about the secrets");
  try {
    const gateway = gatewayFor(io);
    const stacks: ReviewedStack[] = [];
    for (const stack of review.stacks)
      stacks.push(await withTakenNames(await asked(stack, gateway), gateway));
    return { ...review, stacks, verdict: verdictOf(stacks, review.fail_on) };
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    // Only the code: a gateway's own words may quote anything.
    const spot = `when the secrets rotated last and rotate next: the gateway did not say (${error.code})`;
    const [first, ...rest] = review.stacks;
    if (first === undefined) return review;
    return { ...review, stacks: [withSpots(first, [spot]), ...rest] };
  }
}

function hasCredentials({ environment }: CommandIo): boolean {
  try {
    connectionFrom(environment);
    return true;
  } catch {
    return false;
  }
}

async function asked(stack: ReviewedStack, gateway: Gateway): Promise<ReviewedStack> {
  const names = existing(stack);
  if (names.length === 0) return stack;
  const found = await mapPooled(names.slice(0, MOST), (name) => describe(gateway, name));
  const rotations = found.filter((rotation) => rotation !== undefined);
  const left = names.length - MOST;
  const spots = left > 0 ? [`when ${left} more secrets rotate: not asked`] : [];
  return { ...withSpots(stack, spots), rotations };
}

const withSpots = (stack: ReviewedStack, spots: readonly string[]): ReviewedStack => ({
  ...stack,
  blind_spots: [...stack.blind_spots, ...spots],
});

/** Names of the secrets that the plan touches and that exist today. */
const existing = ({ secrets }: ReviewedStack): string[] => [
  ...new Set(secrets.filter(exists).flatMap((secret) => secret.former_name ?? secret.name ?? [])),
];

const exists = ({ change, deposed }: ReviewedSecret): boolean => change !== "create" && !deposed;

async function describe(
  gateway: Gateway,
  name: string,
): Promise<NonNullable<ReviewedStack["rotations"]>[number] | undefined> {
  try {
    const item = await gateway.describeItem(name);
    return {
      name,
      ...defined({ last: time(item.last_rotation_date), next: nextOf(item) }),
      ...defined({ error: failureOf(item) }),
    };
  } catch (error) {
    if (error instanceof KitError && error.code === "item_not_found") return undefined;
    throw error;
  }
}

const nextOf = (item: Item): string | undefined =>
  item.auto_rotate ? time(item.next_rotation_date) : undefined;

const time = (date: string | undefined): string | undefined =>
  date === undefined
    ? undefined
    : `${new Date(date).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** A rotator's answer may quote the password that it could not set: only status and code are told. */
function failureOf(item: Item): string | undefined {
  const words = rotationError(item);
  if (words === undefined) return undefined;
  const status = /unexpected response code (\d{3})/i.exec(words)?.[1];
  const code = answerCode(words);
  if (status === undefined) return "the rotation failed";
  return `the rotator answered ${status}${code === undefined ? "" : ` (${code})`}`;
}

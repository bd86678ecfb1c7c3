import { KitError } from "../../common/errors/kit-error.ts";
import { toUrl } from "../../common/url.ts";
import { isCustomRotatedSecret, rotationDetails, targetNames } from "../attributes/item.ts";
import { Gateway } from "../gateway/client.ts";
import { connectionFrom } from "../gateway/connection.ts";
import { answerCode } from "../operations/advice.ts";
import { readDeclared } from "../operations/drift/declared.ts";
import { mapPooled } from "../operations/pool.ts";
import {
  type Check,
  type DoctorSetup,
  type Found,
  good,
  notSynthesized,
  problem,
  refused,
  unknown,
} from "./check.ts";

/** Most items and Web Targets that are looked at. */
const LIMIT = 100;

/** Whether what is declared is there, and what the last rotations died of. */
export const ITEM_CHECKS: readonly Check[] = [
  { name: "item_access", look: access },
  { name: "last_rotation", look: lastRotation },
  { name: "interval_unit", look: intervalUnit },
  { name: "delete_protection", look: deleteProtection },
  { name: "target_url", look: targetUrl },
];

/** The gateway that the environment names. @throws KitError */
export function clientOf({
  environment,
  clock,
}: Pick<DoctorSetup, "environment" | "clock">): Gateway {
  return new Gateway(connectionFrom(environment), { clock, environment });
}

async function access(setup: DoctorSetup): Promise<Found[]> {
  let names: string[];
  try {
    names = readDeclared(setup.out, setup.environment).flatMap(({ kind, name }) =>
      kind === "secret" && name?.startsWith(setup.path) ? [name] : [],
    );
  } catch (error) {
    if (error instanceof KitError && error.code === "stacks_missing") return notSynthesized(setup);
    throw error;
  }
  const gateway = clientOf(setup);
  const found = await each(names, async (name) => {
    try {
      await gateway.describeItem(name);
      return [];
    } catch (error) {
      if (error instanceof KitError) return refused(error);
      throw error;
    }
  });
  const all = good(`${Math.min(names.length, LIMIT)} declared items can be read`);
  return [...(found.length > 0 ? found : all), ...beyond(names.length)];
}

/** The custom rotated secrets below the path that was asked for. @throws KitError */
const customSecrets = async (setup: Pick<DoctorSetup, "environment" | "clock" | "path">) =>
  (await clientOf(setup).listRotatedSecrets(setup.path)).filter(isCustomRotatedSecret);

async function lastRotation(setup: DoctorSetup): Promise<Found[]> {
  const items = await customSecrets(setup);
  const found = items.flatMap((item) => {
    const error = rotationDetails(item).last_rotation_error;
    return error ? failure(item.item_name, error) : [];
  });
  return found.length > 0 ? found : good(`no failed rotation among ${items.length} items`);
}

/** In minutes, an interval up to so many is more likely a number of days. */
const MOST_DAYS = 366;

/** Akeyless's documentation counts days; some servers count the interval of custom secrets in minutes. */
async function intervalUnit(setup: DoctorSetup): Promise<Found[]> {
  const items = await customSecrets(setup);
  const found = items.flatMap((item) => {
    const interval = item.rotation_interval ?? 0;
    return rotationDetails(item).rotation_interval_min && interval > 0 && interval <= MOST_DAYS
      ? problem(
          `${item.item_name} rotates every ${interval} minutes`,
          'if days were meant, set intervalUnit: "minutes" in the environment and deploy: durations are converted',
        )
      : [];
  });
  return found.length > 0 ? found : good(`no interval of ${items.length} items looks like days`);
}

async function deleteProtection(setup: DoctorSetup): Promise<Found[]> {
  const items = await customSecrets(setup);
  const open = items.filter((item) => item.delete_protection !== true);
  return open.length === 0
    ? good(`${items.length} items refuse to be deleted`)
    : open.flatMap(({ item_name: name }) =>
        problem(
          `${name} can be deleted, and its password with it`,
          "declare deleteProtection: true and deploy",
        ),
      );
}

/** Only status and code are told: what else a rotator answers is not known to hold no secret. */
function failure(name: string, error: string): Found[] {
  const [, status] = /unexpected response code (\d{3})/i.exec(error) ?? [];
  const code = answerCode(error);
  const how = status
    ? `the rotator answered ${status}`
    : "the gateway names no status of the rotator";
  const evidence = `${name}: the last rotation failed: ${how}${code ? ` (${code})` : ""}`;
  return problem(evidence, repairOf(name, status));
}

function repairOf(name: string, status: string | undefined): string {
  if (status === undefined)
    return `read the gateway's words: rotation-kit status --path ${name}; where nothing answered, see that the gateway's own machine, not yours, resolves the rotator's name, reaches its port and trusts its certificate`;
  if (status === "404")
    return "end the Web Target's URL in the rotator's path (listen.path, by default /rotate): the gateway appends nothing";
  if (status === "401" || status === "403")
    return "name the access id that the gateway itself logs in with in the rotator's akeyless.access_ids, and the item under its items";
  return "look up the code in docs/reference/errors.md, and see the rotator's log";
}

async function targetUrl(setup: DoctorSetup): Promise<Found[]> {
  const { urls, rest } = await targetUrls(setup);
  const found = urls.flatMap(({ name, url }) => {
    if (url.protocol === "http:")
      return problem(`${name}: the URL is plain http`, "use https: passwords travel through it");
    return url.pathname === "/"
      ? problem(
          `${name}: the URL has no path`,
          "end it in the rotator's path (listen.path, by default /rotate): the gateway appends nothing",
        )
      : [];
  });
  const all = good(`${urls.length} Web Targets have https and a path`);
  return [...(found.length > 0 ? found : all), ...rest];
}

/** The Web Targets that custom rotated secrets use, with their URLs, and what was left out. @throws KitError */
export async function targetUrls(
  setup: Pick<DoctorSetup, "environment" | "clock" | "path">,
): Promise<{ urls: { name: string; url: URL }[]; rest: Found[] }> {
  const gateway = clientOf(setup);
  const items = await customSecrets(setup);
  const names = [...new Set(items.flatMap(targetNames))];
  const urls = await each(names, async (name) => {
    const url = toUrl((await gateway.describeTarget(name)).value?.web_target_details?.url ?? "");
    return url ? [{ name, url }] : [];
  });
  return { urls, rest: beyond(names.length) };
}

/** Says so where there is more than is looked at. */
const beyond = (count: number): Found[] =>
  count > LIMIT
    ? unknown(`only the first ${LIMIT} of ${count} were looked at: narrow it with --path`)
    : [];

async function each<One>(names: string[], look: (name: string) => Promise<One[]>): Promise<One[]> {
  return (await mapPooled(names.slice(0, LIMIT), look)).flat();
}

import { defined } from "../../../common/defined.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import { proxyFor } from "../../../common/proxy.ts";
import type { SystemDependencies } from "../dependencies.ts";
import { readSecret } from "../secret-source.ts";
import type { System } from "../system.ts";
import { adminMembers, adminMembersOfHeaders } from "./admin-members.ts";
import { fitsHeader } from "./build-request.ts";
import type { HttpSystemConfig } from "./config.ts";
import { createHttpSystem } from "./http-system.ts";
import { loadRecipe } from "./load-recipe.ts";
import type { Recipe } from "./recipe.ts";
import { resolveText } from "./reference.ts";
import { createTransport } from "./transport.ts";
import { tlsReader } from "./transport-tls.ts";

/**
 * Makes an HTTP system from its configuration, and fails where the recipe needs what the
 * configuration does not give.
 * @throws KitError recipe_not_found, recipe_invalid, system_config_invalid, secret_unreadable,
 * certificates_invalid
 */
export async function createConfiguredHttpSystem(
  config: HttpSystemConfig,
  dependencies: SystemDependencies,
): Promise<System> {
  const recipe = await loadRecipe(config.recipe, dependencies.directory);
  const parameters = checkParameters(recipe, config, dependencies.name);
  if (recipe.change[config.authority] === undefined && recipe.keys === undefined) {
    const other = config.authority === "admin" ? "account" : "admin";
    const sentence = `${recipe.product} cannot be changed with authority ${config.authority}; set authority: ${other}.`;
    throw invalid(dependencies.name, sentence);
  }
  const keyDays = lifetimeOfKeys(recipe, parameters, dependencies.name);
  const admin = await adminReader(recipe, config, dependencies);
  const origin = new URL(config.origin);
  if (origin.protocol === "http:") {
    dependencies.log.warn(
      { system: dependencies.name, origin: origin.origin },
      "plain http: passwords travel unencrypted to this system",
    );
  }
  const tls = tlsReader(config, dependencies.directory);
  tls();
  const byEnvironment = config.proxy === "environment" ? undefined : config.proxy;
  const proxy =
    config.proxy === undefined
      ? undefined
      : proxyFor(origin, dependencies.environment, byEnvironment);
  const transport = createTransport({
    origin,
    basePath: config.base_path,
    timeoutMs: config.timeout_ms,
    maxResponseBytes: config.max_response_bytes,
    allowedNetworks: config.allowed_networks,
    tls,
    ...defined({ proxy, watch: dependencies.watch }),
  });
  return createHttpSystem({
    recipe,
    transport,
    authority: config.authority,
    parameters,
    ...defined({ admin, keyDays }),
  });
}

function invalid(name: string, sentence: string): KitError {
  return new KitError("system_config_invalid", { problem: `systems.${name}: ${sentence}` });
}

function checkParameters(
  recipe: Recipe,
  config: HttpSystemConfig,
  name: string,
): Record<string, string> {
  const declared = Object.keys(recipe.parameters);
  const unknown = Object.keys(config.parameters).filter((key) => !declared.includes(key));
  if (unknown.length > 0) {
    const known = declared.length === 0 ? "none" : declared.join(", ");
    throw invalid(name, `unknown parameter ${unknown.join(", ")}; the recipe knows: ${known}.`);
  }
  const parameters: Record<string, string> = {};
  for (const [key, { default: preset, optional }] of Object.entries(recipe.parameters)) {
    const value = config.parameters[key] ?? preset;
    if (value !== undefined) parameters[key] = value;
    else if (!optional) throw invalid(name, `the recipe needs parameters.${key}.`);
  }
  return parameters;
}

/** The days that a new key lives; undefined where the recipe sets no end. */
function lifetimeOfKeys(
  recipe: Recipe,
  parameters: Readonly<Record<string, string>>,
  name: string,
): number | undefined {
  if (recipe.keys?.lifetime_days === undefined) return undefined;
  const scope = new Map(
    Object.entries(parameters).map(([key, value]) => [`parameters.${key}`, value]),
  );
  const days = resolveText(recipe.keys.lifetime_days, scope) ?? "";
  if (/^[1-9]\d{0,3}$/.test(days)) return Number(days);
  throw invalid(name, `the lifetime of keys is "${days}"; write whole days, from 1 to 9999.`);
}

/** Reads the admin credential once, to fail at start, and returns how to read it for each use. */
async function adminReader(
  recipe: Recipe,
  config: HttpSystemConfig,
  dependencies: SystemDependencies,
): Promise<(() => Promise<Record<string, string>>) | undefined> {
  const configured = config.admin;
  const members = adminMembers(recipe, config.authority, configured !== undefined);
  const { username, client_id, ...secrets } = configured ?? {};
  const read = async () => {
    const values: Record<string, string> = {};
    if (username !== undefined) values.username = username;
    if (client_id !== undefined) values.client_id = client_id;
    for (const name of SECRETS) {
      const value = await readSecret(secrets, name, dependencies);
      if (value !== undefined) values[name] = value;
    }
    return values;
  };
  const values = await read();
  for (const [member, need] of members) {
    if (need === "optional" || values[member] !== undefined) continue;
    const setting = SECRETS.includes(member) ? `${member}_file or ${member}_env` : member;
    throw invalid(dependencies.name, `the recipe needs admin.${setting}.`);
  }
  for (const member of adminMembersOfHeaders(recipe))
    if (!fitsHeader(values[member] ?? ""))
      throw invalid(
        dependencies.name,
        `admin.${member} holds a character that no header carries, perhaps one that nobody can see.`,
      );
  return configured === undefined ? undefined : read;
}

const SECRETS: readonly string[] = ["password", "token", "client_secret"];

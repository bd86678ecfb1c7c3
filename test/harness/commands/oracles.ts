import { spawn } from "node:child_process";
import type { EnvironmentVariables } from "../../../common/environment-variables.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import { provePayload } from "../../../rotator/index.ts";
import type { LoginOptions } from "./login-options.ts";

/** Who was named; undefined where nobody was. */
export function loginOracle(
  { login, loginRecipe }: LoginOptions,
  environment: EnvironmentVariables,
): ((payload: string) => Promise<boolean>) | undefined {
  if (login !== undefined) return (payload) => askLogin(login, payload);
  if (loginRecipe === undefined) return undefined;
  return (payload) => askSystem(loginRecipe, payload, { ...environment });
}

/**
 * Asks a command whether what a payload holds opens the account. The payload comes on its standard
 * input, never as an argument; exit code 0 says yes, 1 says no.
 */
async function askLogin(command: string, payload: string): Promise<boolean> {
  const code = await runShell(command, payload);
  if (code === 0 || code === 1) return code === 0;
  throw new KitError("oracle_failed", { option: "--login", code: String(code) });
}

/**
 * Asks a system of a rotator.yaml, by its recipe or in its other ways, whether what a payload holds opens
 * the account. The payload has to name system, user name and password in the words of the kit.
 */
async function askSystem(
  file: string,
  payload: string,
  environment: NodeJS.ProcessEnv,
): Promise<boolean> {
  const { probe } = await provePayload(payload, { file, env: environment });
  if (probe.result === "unknown")
    throw new KitError("oracle_failed", { option: "--login-recipe", code: probe.reason });
  return probe.result === "valid";
}

/** Runs the command that command that kills and restarts the rotator. */
export async function restart(command: string): Promise<void> {
  const code = await runShell(command, "");
  if (code !== 0) throw new KitError("oracle_failed", { option: "--restart", code: String(code) });
}

function runShell(command: string, input: string): Promise<number | string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: ["pipe", "ignore", "inherit"] });
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
    // A command that needs no payload may be gone before it is written.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

import type { EnvironmentVariables } from "../../../common/environment-variables.ts";
import { plainText } from "../../../common/plain-text.ts";
import type { CommandIo } from "../io.ts";
import { readMarks } from "./terraform-state.ts";

/**
 * The items whose value the states in these folders do not mark as sensitive.
 *
 * @throws KitError `state_unreadable`
 */
export async function unmarkedIn(
  folders: readonly string[],
  environment: EnvironmentVariables,
): Promise<string[]> {
  const found: string[] = [];
  for (const directory of folders) {
    found.push(...(await readMarks({ directory, environment })).unmarked);
  }
  return found;
}

/** Names each of them, with the command that marks it. */
export function tellUnmarked(io: CommandIo, unmarked: readonly string[] = []): void {
  for (const item of unmarked) {
    io.err(
      `${plainText(item)}: Terraform's state does not mark its value as sensitive, so that a plan may print it: run rotation-kit state mark\n`,
    );
  }
}

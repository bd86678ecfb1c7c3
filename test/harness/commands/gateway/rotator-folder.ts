import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Gateway } from "../../gateway/index.ts";
import { writePrivate } from "./tls-files.ts";

/** The item that a gateway with `--for-rotator` holds. */
export const EXAMPLE_ITEM = "/my/first-secret";
const EXAMPLE_TARGET = "/my/rotator";
const USERNAME = "app";
const FIRST_PASSWORD = "First-Pa55word-From-People";

/**
 * Writes what a rotator of one's own needs beside the certificates that are there already:
 * rotator.yaml, a key, a system that keeps its accounts in a file. Files that are there stay.
 * `environment` is written anew every time: it holds what this gateway prints.
 */
export async function writeRotatorFolder(
  directory: string,
  gateway: Gateway,
  environment: string,
): Promise<void> {
  const files: Readonly<Record<string, string>> = {
    "rotator.yaml": configuration(gateway),
    "rotator.key": randomBytes(32).toString("base64"),
    "system.mjs": SYSTEM,
    "accounts.json": JSON.stringify({ [USERNAME]: FIRST_PASSWORD }),
  };
  for (const [name, text] of Object.entries(files))
    if (!existsSync(join(directory, name))) await writePrivate(join(directory, name), text);
  await writeFile(join(directory, "environment"), environment, { mode: 0o600 });
}

/** Creates Web Target and secret for that rotator, where they are not there yet. */
export async function declareExample(gateway: Gateway): Promise<void> {
  if (gateway.item(EXAMPLE_ITEM)) return;
  const call = async (path: string, body: object): Promise<{ token?: string }> => {
    const response = await fetch(`${gateway.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { token?: string };
  };
  const { token } = await call("/auth", {
    "access-id": gateway.accessId,
    "access-key": gateway.accessKey,
  });
  await call("/target-create-web", {
    token,
    name: EXAMPLE_TARGET,
    url: "https://localhost:8443/rotate",
  });
  await call("/rotated-secret-create-custom", {
    token,
    name: EXAMPLE_ITEM,
    "target-name": EXAMPLE_TARGET,
    "custom-payload": JSON.stringify({
      system: "my-system",
      username: USERNAME,
      password: FIRST_PASSWORD,
    }),
  });
}

function configuration({ gatewayAccessId, tlsUrl }: Gateway): string {
  const settings = {
    listen: {
      host: "127.0.0.1",
      port: 8443,
      tls: { cert_file: "cert.pem", key_file: "key.pem" },
    },
    akeyless: {
      access_ids: [gatewayAccessId],
      validation_url: `${tlsUrl}/validate-producer-credentials`,
      ca_file: "ca.pem",
    },
    keys: [{ id: "k1", file: "rotator.key" }],
    items: { [EXAMPLE_ITEM]: { system: "my-system", usernames: [USERNAME] } },
    systems: {
      "my-system": {
        type: "module",
        path: "./system.mjs",
        options: { file: "accounts.json" },
      },
    },
  };
  return `# A rotator for the emulated gateway on this machine. Put your own system in the place of
# system.mjs: a recipe, PostgreSQL, a command or a module.
${stringify(settings)}`;
}

const SYSTEM = `// A system that keeps its accounts in a file: something to rotate before you have written your own.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

export function createSystem({ file }, { directory }) {
  const path = resolve(directory, file);
  const opens = ({ username, password }) => accounts()[username] === password;
  const accounts = () => JSON.parse(readFileSync(path, "utf8"));
  return {
    probe: async (credential) => ({ result: opens(credential) ? "valid" : "invalid" }),
    change: async (current, next) => {
      if (!opens(current)) return { result: "refused", reason: "wrong_password" };
      writeFileSync(path + ".new", JSON.stringify({ ...accounts(), [next.username]: next.password }), { mode: 0o600 });
      renameSync(path + ".new", path);
      return { result: "changed" };
    },
  };
}
`;

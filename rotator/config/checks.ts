import { readFileSync } from "node:fs";
import { readAuthorities, readKeyPair } from "../certificates.ts";
import { KitError } from "../errors.ts";
import { isLoopback } from "../systems/addresses.ts";
import { isRecord, type Problem } from "./environment.ts";
import { readKey } from "./keys.ts";
import type { RotatorConfig } from "./schema.ts";

/**
 * Whether TLS is missing. Asked of the document as it is written, so that another problem in the
 * same section does not hide this one.
 */
export function checkTlsGiven(document: Readonly<Record<string, unknown>>): Problem[] {
  const listen = isRecord(document.listen) ? document.listen : {};
  if (listen.tls !== undefined) return [];
  if (typeof listen.host === "string" && isLoopback(listen.host)) return [];
  const message = "cert_file and key_file are required, unless listen.host is a loopback address";
  return [{ where: "listen.tls", message }];
}

/** What one setting alone cannot show: references between sections and the files they name. */
export function checkTogether(config: Partial<RotatorConfig>): Problem[] {
  return [
    ...checkReferences(config),
    ...checkKeys(config.keys ?? []),
    ...checkTls(config.listen?.tls),
    ...checkAuthorities("akeyless.ca_file", config.akeyless?.ca_file),
  ];
}

function checkReferences({ items, systems }: Partial<RotatorConfig>): Problem[] {
  if (items === undefined || systems === undefined) return [];
  const known = Object.keys(systems).join(", ");
  return Object.entries(items)
    .filter(([, item]) => systems[item.system] === undefined)
    .map(([name, item]) => ({
      where: `items.${name}.system`,
      message: `no such system: ${item.system}; \`systems\` has ${known}`,
    }));
}

function checkKeys(keys: RotatorConfig["keys"]): Problem[] {
  return keys.flatMap((key, index) => {
    const repeated = keys.findIndex(({ id }) => id === key.id) !== index;
    return [
      ...(repeated ? [{ where: `keys.${index}.id`, message: `is used twice: ${key.id}` }] : []),
      ...attempt(`keys.${index}.file`, () => readKey(key)),
    ];
  });
}

function attempt(where: string, action: () => unknown): Problem[] {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    return [{ where, message: error.message }];
  }
}

function checkTls(tls: RotatorConfig["listen"]["tls"]): Problem[] {
  if (tls === undefined) return [];
  const unreadable = [
    ...checkFile("listen.tls.cert_file", tls.cert_file),
    ...checkFile("listen.tls.key_file", tls.key_file),
    ...checkAuthorities("listen.tls.client_ca_file", tls.client_ca_file),
  ];
  if (unreadable.length > 0) return unreadable;
  return attempt("listen.tls", () => readKeyPair(tls.cert_file, tls.key_file));
}

function checkAuthorities(where: string, file: string | undefined): Problem[] {
  return file === undefined ? [] : attempt(where, () => readAuthorities(file));
}

function checkFile(where: string, file: string): Problem[] {
  try {
    readFileSync(file);
    return [];
  } catch {
    return [{ where, message: `the file ${file} cannot be read` }];
  }
}

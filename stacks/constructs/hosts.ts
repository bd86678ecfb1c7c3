import { DeclarationError, isUnknown, shownValue } from "./errors.ts";

/** Characters that a host, its port and a network have; a wildcard and a user are none of them. */
const HOST = /^[^\s/@?#*,]+(\/\d{1,3})?$/;

/**
 * The hosts of a session as they are sent.
 * @throws DeclarationError `invalid_declaration`
 */
export function validateHosts(hosts: readonly string[]): readonly string[] {
  if (isUnknown(hosts)) return hosts;
  if (hosts.length === 0) {
    throw new DeclarationError(
      "invalid_declaration",
      "hosts is empty: name at least one host that sessions may reach",
    );
  }
  const known = hosts.filter((host) => !isUnknown(host));
  const wrong = known.find((host) => !HOST.test(host));
  if (wrong !== undefined) {
    throw new DeclarationError(
      "invalid_declaration",
      `${shownValue(wrong)} is not a host: give "host", "host:port" or a network such as "10.0.0.0/24", one each, without scheme, path, user or wildcard`,
    );
  }
  const twice = known.find((host, index) => known.indexOf(host) !== index);
  if (twice !== undefined) {
    throw new DeclarationError(
      "invalid_declaration",
      `the host ${shownValue(twice)} is given twice`,
    );
  }
  return [...hosts];
}

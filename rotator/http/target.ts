import type { IncomingMessage } from "node:http";
import { KitError } from "../../common/errors/kit-error.ts";

/**
 * Lets only a request through that no two parsers could read differently: exactly one Host, the
 * served path as it is (a slash at its end is tolerated), no query, POST.
 *
 * @returns the check for one path; it throws KitError `host_invalid`, `not_found`, `method_not_allowed`
 */
export function createTargetCheck(path: string): (request: IncomingMessage) => void {
  const served = new Set([path, path.endsWith("/") ? path.slice(0, -1) : `${path}/`]);
  return ({ headersDistinct, url = "", method }) => {
    const [host, ...others] = headersDistinct.host ?? [];
    if (!host || others.length > 0) throw new KitError("host_invalid");
    if (!served.has(url)) throw new KitError("not_found");
    if (method !== "POST") throw new KitError("method_not_allowed");
  };
}

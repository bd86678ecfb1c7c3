import { isIP } from "node:net";
import { hostname } from "node:os";
import type { RequestHandler } from "express";

/**
 * Refuses a request under a name that is not this machine's: a web page whose own name was made to
 * lead here (DNS rebinding) is of the same origin for a browser. An address, and a name without a
 * dot, is not a name of the web.
 */
export function refuseStrangeNames(host: string | undefined): RequestHandler {
  const own = new Set([host, hostname()]);
  return (request, response, next) => {
    const name = nameIn(request.headers.host ?? "");
    if (name && (isIP(name) || !name.includes(".") || name.endsWith(".localhost") || own.has(name)))
      next();
    else response.status(421).json({ error: "this address is not the gateway's" });
  };
}

/** Refuses what a page of another origin sends. Each call needs a token too, in a header. */
export const refuseOtherSites: RequestHandler = (request, response, next) => {
  const site = request.get("sec-fetch-site") ?? "none";
  if (site === "same-origin" || site === "none") next();
  else response.status(403).json({ error: "a page of another origin may not call this" });
};

function nameIn(host: string): string | undefined {
  return URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, "");
}

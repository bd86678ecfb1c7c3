import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type RequestHandler, Router } from "express";

const FOLDER = path.join(import.meta.dirname, "page");

/** The page asks nobody else, runs only its own script, and makes no HTML of a text (Trusted Types). */
const HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types lit-html",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** The console's page. It holds no data: that comes from the control endpoints, with their token. */
export function consolePage(): Router {
  const router = Router();
  const script = onceLoaded(loadScript);
  router.get(
    "/",
    answer("text/html", () => readFile(path.join(FOLDER, "index.html"))),
  );
  router.get(
    "/console.css",
    answer("text/css", () => readFile(path.join(FOLDER, "console.css"))),
  );
  router.get("/console.js", answer("text/javascript", script));
  return router;
}

function answer(type: string, read: () => Promise<Uint8Array>): RequestHandler {
  return async (_request, response) => {
    const body = await read();
    response.set({ ...HEADERS, "content-type": `${type}; charset=utf-8` }).end(body);
  };
}

/** As the package brings it; a checkout makes it from its sources. */
async function loadScript(): Promise<Uint8Array> {
  const shipped = path.join(FOLDER, "console.js");
  if (existsSync(shipped)) return readFile(shipped);
  const { bundleConsole } = await import("./bundle.ts");
  return bundleConsole();
}

function onceLoaded<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

import path from "node:path";
import { INITIAL_PASSWORD, type Stage } from "../e2e/slow/stacks/stage.ts";
import { CANARY } from "./scenario.ts";

const checkout = path.resolve(import.meta.dirname, "../..");

/** A plan without what differs from one run, and from one machine, to the next. */
export function normalized(text: string, stage: Stage): string {
  const ids = new Map<string, string>();
  const directory = path.resolve(stage.folder, "../../..");
  const plain = text
    .replaceAll(checkout, "/kit")
    .replaceAll(directory, "/project")
    .replaceAll(stage.rotator.url, "https://localhost:8443/rotate")
    .replaceAll(stage.gateway.url, "http://127.0.0.1:8081")
    .replaceAll(INITIAL_PASSWORD, `${CANARY}-initial`)
    .replace(/rotated-(\d+)/g, `${CANARY}-rotated-$1`)
    .replace(/"\d{12,}"/g, (id) => {
      const known = ids.get(id) ?? `"10000000000${ids.size + 1}"`;
      ids.set(id, known);
      return known;
    })
    .replace(/"deposed":"[0-9a-f]{8}"/g, '"deposed":"0000000d"')
    .replace(/"timestamp":"[^"]*"/, '"timestamp":"2026-11-27T02:14:00Z"');
  return `${JSON.stringify(JSON.parse(plain), null, 1)}\n`;
}

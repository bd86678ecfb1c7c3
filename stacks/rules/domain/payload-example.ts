import { type PayloadFacts, readPayloadText } from "../evidence/payload.ts";

/** A sensitive payload for an example, changed in these fields; `undefined` leaves a field out. */
export const payloadFields = (changed: Record<string, unknown> = {}): PayloadFacts =>
  readPayloadText(
    JSON.stringify({
      system: "reporting-app",
      username: "svc",
      current_password: "example",
      ...changed,
    }),
    true,
  );

import { setTimeout as realTime } from "node:timers/promises";
import type { RequestHandler } from "express";
import type { Fault } from "../../faults.ts";
import type { Core } from "../core.ts";
import { validateProducerSchema } from "../requests/authentication.ts";

/**
 * POST /validate-producer-credentials, as rotators call it at auth.akeyless.io. A bad token is 401
 * and a malformed body 400 with `{"error"}`; the real codes are not published.
 */
export function validateProducerCredentials({
  credentials,
  faults,
  timeline,
}: Core): RequestHandler {
  return async (request, response) => {
    const body = validateProducerSchema.safeParse(request.body);
    const claims = body.data && credentials.verify(body.data.creds);
    const line = claims && timeline.running(claims.itemName);
    const fault = faults.take("validation", { item: claims?.itemName });
    if (fault) line?.fault(`validation ${fault.name}`);
    response.on("finish", () => {
      line?.step("validation", response.statusCode === 200 ? "confirmed" : "refused");
    });
    if (fault?.name === "reset-before") return void request.socket.destroy();
    if (fault?.name === "slow") await realTime(fault.milliseconds, undefined, { ref: false });
    const struck = answerOf(fault);
    if (struck) return void response.status(struck.status).set(struck.headers).send(struck.body);
    if (!body.success)
      return void response.status(400).json({ error: "creds and expected_access_id are required" });
    const { expected_access_id, expected_item_name } = body.data;
    if (!claims) return void response.status(401).json({ error: "invalid or expired credentials" });
    if (claims.accessId !== expected_access_id)
      return void response.status(401).json({ error: "unexpected access id" });
    if (expected_item_name && claims.itemName !== expected_item_name)
      return void response.status(401).json({ error: "unexpected item name" });
    response.json({ access_id: claims.accessId, sub_claims: {} });
  };
}

interface StruckAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

function answerOf(fault: Fault | undefined): StruckAnswer | undefined {
  const json = { "content-type": "application/json" };
  switch (fault?.name) {
    case "error-before":
      return { status: 500, headers: json, body: '{"error":"internal server error"}' };
    case "redirect":
      return { status: 302, headers: { location: "http://127.0.0.1:9/" }, body: "" };
    case "wrong-access-id":
      return { status: 200, headers: json, body: '{"access_id":"p-somebody-else"}' };
    case "huge-body":
      return { status: 200, headers: json, body: JSON.stringify({ padding: "x".repeat(8 << 20) }) };
    default:
      return undefined;
  }
}

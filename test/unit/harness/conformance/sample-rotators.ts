import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";

/**
 * Rotators that behave as the public samples are known to (not their code): what they answer to what,
 * what they check, what they leave to their user.
 */

/** Asks as the samples do: exactly 200, and the access id that was expected. */
async function isValid(validator: string, creds: string): Promise<boolean> {
  const response = await fetch(validator, {
    method: "POST",
    // The samples' clients follow redirects of a POST as a GET, which ends in no valid answer.
    body: JSON.stringify({ creds, expected_access_id: "p-gateway", expected_item_name: "" }),
  }).catch(() => undefined);
  const answer: unknown = await response?.json().catch(() => undefined);
  return response?.status === 200 && (answer as { access_id?: string })?.access_id === "p-gateway";
}

/** The official server in Go: validates, and its example of a rotation answers what it was sent. */
export function echoServer(_passwords: Map<string, string>, validator: string): RequestListener {
  return async (request, response) => {
    const end = (status: number, text: string) => void response.writeHead(status).end(text);
    const body = await read(request);
    if (!(await isValid(validator, credsOf(request)))) return end(401, "invalid credentials");
    const payload = payloadOf(body);
    if (payload === undefined) return end(400, "failed to decode the request");
    end(200, JSON.stringify({ payload }));
  };
}

/**
 * The official server for shell scripts: the hook sets `.password` in the payload to something random
 * with an account that may, whatever the password was before.
 */
export function shellHook(passwords: Map<string, string>, validator: string): RequestListener {
  return async (request, response) => {
    const end = (status: number, text: string) => void response.writeHead(status).end(text);
    const body = await read(request);
    if (!(await isValid(validator, credsOf(request)))) return end(401, "invalid credentials");
    const fields = objectOf(payloadOf(body));
    if (!fields) return end(500, "exit status 5");
    const password = `${randomBytes(8).toString("hex").slice(0, 12)}A1a`;
    passwords.set(String(fields.username), password);
    end(200, JSON.stringify({ payload: JSON.stringify({ ...fields, password }) }));
  };
}

/** The framework in Python: JSON errors, 400 for whatever the user's function refuses, 2 s for the validator. */
export function framework(passwords: Map<string, string>, validator: string): RequestListener {
  return async (request, response) => {
    const end = (status: number, error: string) =>
      void response
        .writeHead(status, { "content-type": "application/json" })
        .end(JSON.stringify(status === 200 ? { payload: error } : { status: "error", error }));
    const body = await read(request);
    const patience = new Promise<boolean>((resolve) => setTimeout(resolve, 2_000, false).unref());
    if (request.method !== "POST") return end(404, "not found");
    if (!(await Promise.race([isValid(validator, credsOf(request)), patience])))
      return end(401, "Invalid Akeyless credentials");
    const fields = objectOf(payloadOf(body));
    if (!fields) return end(400, "payload must be a JSON object in a string");
    if (passwords.get(String(fields.username)) !== fields.password)
      return end(400, "the current password was refused");
    const password = randomBytes(12).toString("hex");
    passwords.set(String(fields.username), password);
    end(200, JSON.stringify({ ...fields, password }));
  };
}

function credsOf(request: IncomingMessage): string {
  return String(request.headers.akeylesscreds ?? "");
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function payloadOf(body: string): string | undefined {
  const payload = objectOf(body)?.payload;
  return typeof payload === "string" && payload !== "" ? payload : undefined;
}

function objectOf(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

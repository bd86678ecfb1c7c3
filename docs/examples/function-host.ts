import { startRotator } from "../../rotator/index.ts";

/** A request as an AWS Lambda function URL hands it over (payload format 2.0), as far as it is needed. */
interface Event {
  readonly rawPath: string;
  readonly requestContext: { readonly http: { readonly method: string } };
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/** Starts with the function and listens on loopback only: TLS ends before the function. */
const rotator = startRotator({ config: process.env.CONFIG_FILE ?? "rotator.yaml" });

export async function handler(event: Event) {
  const { url } = await rotator;
  const { akeylesscreds } = event.headers;
  const encoding = event.isBase64Encoded ? "base64" : "utf8";
  // Not `new URL(event.rawPath, url)`: a path that begins with // names another server.
  const target = new URL(url);
  target.pathname = event.rawPath;
  const answer = await fetch(target, {
    method: event.requestContext.http.method,
    headers: {
      "content-type": "application/json",
      ...(akeylesscreds && { AkeylessCreds: akeylesscreds }),
    },
    ...(event.body !== undefined && { body: Buffer.from(event.body, encoding) }),
  });
  return {
    statusCode: answer.status,
    headers: { "content-type": answer.headers.get("content-type") ?? "application/json" },
    body: await answer.text(),
  };
}

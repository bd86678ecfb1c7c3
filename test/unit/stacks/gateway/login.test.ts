import { expect, test } from "vitest";
import { systemClock } from "../../../../common/clock.ts";
import { Gateway } from "../../../../stacks/gateway/client.ts";
import type { Credentials } from "../../../../stacks/gateway/connection.ts";

/** What a login sends, and what it asks on the way. */
async function logIn(
  credentials: Credentials,
  answers: (url: string) => Response | undefined = () => undefined,
  environment: Record<string, string> = {},
) {
  const asked: string[] = [];
  let body: Record<string, string> = {};
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = String(input);
    asked.push(`${init?.method ?? "GET"} ${url}`);
    const answer = answers(url);
    if (answer !== undefined) return answer;
    if (url.endsWith("/auth")) {
      body = JSON.parse(String(init?.body));
      return Response.json({ token: "t" });
    }
    return Response.json({ item_name: "/x" });
  };
  const gateway = new Gateway(
    { address: "https://gw.example", credentials },
    { fetch, environment, clock: { ...systemClock, sleep: () => Promise.resolve() } },
  );
  await gateway.describeItem("/x");
  return { body, asked };
}

const accessId = "p-1";
const PEM = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n";
const decoded = (text = "") => Buffer.from(text, "base64").toString();

test("a JWT, a universal identity and a certificate travel as the API names them", async () => {
  expect((await logIn({ type: "jwt", accessId, jwt: "j" })).body).toEqual({
    "access-type": "jwt",
    "access-id": "p-1",
    jwt: "j",
  });
  expect((await logIn({ type: "universal-identity", token: "u" })).body).toEqual({
    "access-type": "universal_identity",
    "uid-token": "u",
  });
  const key = Buffer.from("key").toString("base64");
  const { body } = await logIn({ type: "certificate", accessId, certificate: PEM, key });
  expect(body).toMatchObject({ "access-type": "cert", "key-data": key });
  expect(decoded(body["cert-data"])).toBe(PEM);
});

test("an AWS identity is a signed request for who one is, without the secret key", async () => {
  const { body } = await logIn({ type: "aws_iam", accessId }, undefined, {
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "canary-secret",
    AWS_SESSION_TOKEN: "session",
  });
  expect(body["access-type"]).toBe("aws_iam");
  const request = JSON.parse(decoded(body["cloud-id"]));
  expect(decoded(request.sts_request_url)).toBe("https://sts.amazonaws.com/");
  expect(decoded(request.sts_request_body)).toBe("Action=GetCallerIdentity&Version=2011-06-15");
  const headers = JSON.parse(decoded(request.sts_request_headers));
  const [authorization] = headers.Authorization ?? headers.authorization;
  expect(authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/sts\/aws4_request, /,
  );
  expect(JSON.stringify([request, headers])).not.toContain("canary-secret");
});

test("the identities of Azure and Google come from the machine's metadata service", async () => {
  const azure = await logIn({ type: "azure_ad", accessId }, (url) =>
    url.includes("169.254.169.254") ? Response.json({ access_token: "azure-jwt" }) : undefined,
  );
  expect(decoded(azure.body["cloud-id"])).toBe("azure-jwt");
  const google = await logIn({ type: "gcp", accessId }, (url) =>
    url.includes("metadata.google") ? new Response("google-jwt") : undefined,
  );
  expect(decoded(google.body["cloud-id"])).toBe("google-jwt");
  expect(google.body["gcp-audience"]).toBe("akeyless.io");
});

test("a machine without such an identity is told so, and not what was answered", async () => {
  const nothing = () => new Response("canary", { status: 404 });
  await expect(logIn({ type: "gcp", accessId }, nothing)).rejects.toMatchObject({
    code: "login_impossible",
    message: expect.not.stringContaining("canary"),
  });
});

test("a long process logs in again", async () => {
  let now = 0;
  const paths: string[] = [];
  const gateway = new Gateway(
    { address: "https://gw.example", credentials: { type: "jwt", accessId, jwt: "j" } },
    {
      clock: { ...systemClock, monotonic: () => now },
      fetch: async (input) => {
        paths.push(new URL(String(input)).pathname);
        return Response.json({ token: "t", item_name: "/x" });
      },
    },
  );
  await gateway.describeItem("/x");
  await gateway.describeItem("/x");
  now = 11 * 60_000;
  await gateway.describeItem("/x");
  expect(paths).toEqual(["/auth", "/describe-item", "/describe-item", "/auth", "/describe-item"]);
});

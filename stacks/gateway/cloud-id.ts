import { AwsV4Signer } from "aws4fetch";
import * as z from "zod";
import { defined } from "../../common/defined.ts";
import type { EnvironmentVariables } from "../../common/environment-variables.ts";

/** What a login needs of the process around it. */
export interface CloudLoginOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly environment: EnvironmentVariables;
}

/** A metadata service is one hop away. */
const METADATA_MS = 3_000;

/**
 * The identity of the machine in the form that Akeyless takes as `cloud-id` (facts of the vendor's
 * public library for cloud ids; not tried against a real cloud).
 */
export function cloudId(
  type: "aws_iam" | "azure_ad" | "gcp",
  options: CloudLoginOptions,
): Promise<string> {
  switch (type) {
    case "aws_iam":
      return aws(options);
    case "azure_ad":
      return azure(options);
    case "gcp":
      return gcp(options);
  }
}

/** A signed request for the identity, which Akeyless sends to AWS. */
async function aws(options: CloudLoginOptions): Promise<string> {
  const body = "Action=GetCallerIdentity&Version=2011-06-15";
  const url = "https://sts.amazonaws.com/";
  const signer = new AwsV4Signer({
    ...(await awsCredentials(options)),
    method: "POST",
    url,
    body,
    service: "sts",
    region: "us-east-1",
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
  });
  const { headers } = await signer.sign();
  const sent: Record<string, string[]> = { Host: ["sts.amazonaws.com"] };
  headers.forEach((value, name) => {
    sent[name] = [value];
  });
  return base64(
    JSON.stringify({
      sts_request_method: "POST",
      sts_request_url: base64(url),
      sts_request_body: base64(body),
      sts_request_headers: base64(JSON.stringify(sent)),
    }),
  );
}

const awsSchema = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  Token: z.string(),
});

/** From the environment, as CI systems set it, else from the machine's role. */
async function awsCredentials({ environment, fetch }: CloudLoginOptions) {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) {
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...defined({ sessionToken: AWS_SESSION_TOKEN || undefined }),
    };
  }
  const service = "http://169.254.169.254/latest";
  const session = await text(fetch, `${service}/api/token`, {
    method: "PUT",
    headers: { "x-aws-ec2-metadata-token-ttl-seconds": "60" },
  });
  const headers = { "x-aws-ec2-metadata-token": session };
  const roles = `${service}/meta-data/iam/security-credentials/`;
  const [role = ""] = (await text(fetch, roles, { headers })).split("\n");
  const answer = JSON.parse(await text(fetch, `${roles}${role}`, { headers }));
  const { AccessKeyId, SecretAccessKey, Token } = awsSchema.parse(answer);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token };
}

async function azure({ fetch }: CloudLoginOptions): Promise<string> {
  const url =
    "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F";
  const answer = JSON.parse(await text(fetch, url, { headers: { metadata: "true" } }));
  return base64(z.object({ access_token: z.string().min(1) }).parse(answer).access_token);
}

async function gcp({ fetch }: CloudLoginOptions): Promise<string> {
  const url =
    "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity?audience=akeyless.io&format=full";
  return base64(await text(fetch, url, { headers: { "metadata-flavor": "Google" } }));
}

async function text(
  fetch: CloudLoginOptions["fetch"],
  url: string,
  init: RequestInit,
): Promise<string> {
  const signal = AbortSignal.timeout(METADATA_MS);
  const response = await fetch(url, { ...init, redirect: "error", signal });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return (await response.text()).trim();
}

const base64 = (plain: string): string => Buffer.from(plain).toString("base64");

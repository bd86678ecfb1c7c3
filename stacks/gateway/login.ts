import { KitError } from "../../common/errors/kit-error.ts";
import { type CloudLoginOptions, cloudId } from "./cloud-id.ts";
import type { Credentials } from "./connection.ts";

/**
 * The body of `/auth` for a login, as Akeyless's SDK sends it. The cloud logins ask the machine's own
 * metadata service for its identity; they were written from the vendor's sources and never tried live.
 *
 * @throws KitError `login_impossible` where this machine has no such identity
 */
export async function loginBody(
  credentials: Exclude<Credentials, { type: "token" }>,
  options: CloudLoginOptions,
): Promise<Readonly<Record<string, string | undefined>>> {
  switch (credentials.type) {
    case "access-key":
      return {
        "access-type": "access_key",
        "access-id": credentials.accessId,
        "access-key": credentials.accessKey,
      };
    case "jwt":
      return {
        "access-type": "jwt",
        "access-id": credentials.accessId,
        jwt: credentials.jwt,
      };
    case "universal-identity":
      return {
        "access-type": "universal_identity",
        "access-id": credentials.accessId,
        "uid-token": credentials.token,
      };
    case "certificate":
      return {
        "access-type": "cert",
        "access-id": credentials.accessId,
        "cert-data": base64(credentials.certificate),
        "key-data": base64(credentials.key),
      };
    case "aws_iam":
    case "azure_ad":
    case "gcp":
      return {
        "access-type": credentials.type,
        "access-id": credentials.accessId,
        "gcp-audience": credentials.type === "gcp" ? "akeyless.io" : undefined,
        "cloud-id": await identity(credentials.type, options),
      };
  }
}

async function identity(
  type: "aws_iam" | "azure_ad" | "gcp",
  options: CloudLoginOptions,
): Promise<string> {
  try {
    return await cloudId(type, options);
  } catch (cause) {
    // The cause may hold what the metadata service answered.
    const reason = cause instanceof Error ? cause.name : "unknown";
    throw new KitError("login_impossible", { type, reason });
  }
}

/** The API wants PEM in base64, which the provider's variables hold; PEM itself is taken too. */
const base64 = (text: string): string =>
  text.includes("-----BEGIN") ? Buffer.from(text).toString("base64") : text;

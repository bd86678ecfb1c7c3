import type { Gateway } from "../../gateway/index.ts";

/** What is told when the gateway is ready. */
export interface Announcement {
  readonly gateway: Gateway;
  /** Path of the authority's certificate. */
  readonly authority: string;
  /** Terraform's CLI configuration, where the stand-in provider was asked for. */
  readonly terraform: Readonly<Record<string, string>>;
}

/** The variables that clients of this gateway need. */
function environmentOf({ gateway, terraform }: Announcement): Record<string, string> {
  return {
    AKEYLESS_GATEWAY: gateway.url,
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
    ROTATION_KIT_GATEWAY_TOKEN: gateway.controlToken,
    ...terraform,
  };
}

/** Lines for a shell. */
export function exportLines(announcement: Announcement): string {
  return Object.entries(environmentOf(announcement))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join("");
}

/** For people. */
export function announcementText(announcement: Announcement): string {
  const { gateway, authority } = announcement;
  return `Emulated Akeyless Gateway, for development. It is not Akeyless and protects nothing.

  HTTP   ${gateway.url}  (also below /v2 and /api/v2)
  HTTPS  ${gateway.tlsUrl}  CA file: ${authority}
  Console  ${gateway.consoleUrl}
  Rotators expect the access id ${gateway.gatewayAccessId} and ask ${gateway.tlsUrl}/validate-producer-credentials

Paste this where you work:

${exportLines(announcement)}
Rotations:
`;
}

/** For machines. */
export function announcementJson(announcement: Announcement): object {
  const { gateway, authority } = announcement;
  return {
    event: "ready",
    url: gateway.url,
    tls_url: gateway.tlsUrl,
    console_url: gateway.consoleUrl,
    ca_file: authority,
    gateway_access_id: gateway.gatewayAccessId,
    environment: environmentOf(announcement),
  };
}

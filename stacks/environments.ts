import type { Environment } from "./environment.ts";

/**
 * The environments of this example, and what differs between them. Another one: add it here, and
 * every credential of the catalog is declared there too.
 */
export const environments = {
  production: {
    gatewayAddress: "https://gw.internal.example.com:8080/v2",
    rotatorUrl: "https://rotator.internal.example.com/rotate",
    intervalUnit: "days",
    // As the documentation advises: deploy, see the rotation work, then set this to "enabled".
    secureRemoteAccess: "staged",
    deleteProtection: true,
    tags: ["environment:production", "managed-by:akeyless-rotation-kit"],
  },
} as const satisfies Record<string, Environment>;

/** The environment that is meant when ROTATION_ENVIRONMENT is not set. */
export const defaultEnvironment: keyof typeof environments = "production";

import type { Environment } from "../../../stacks/index.ts";
import { SOURCE_COMMAND } from "../source-command.ts";

/** The environments that the demo and the tests deploy. */
export const environments = {
  production: {
    gatewayAddress: "https://gw.internal.example.com:8080/v2",
    rotatorUrl: "https://rotator.internal.example.com/rotate",
    intervalUnit: "days",
    // As the documentation advises: deploy, see the rotation work, then set this to "enabled".
    secureRemoteAccess: "staged",
    deleteProtection: true,
    kitCommand: SOURCE_COMMAND,
    tags: ["environment:production", "managed-by:akeyless-rotation-kit"],
  },
  /** Everything on this machine: what `npm run demo` deploys. AKEYLESS_GATEWAY names the gateway. */
  demo: {
    rotatorUrl: "https://127.0.0.1:8443/rotate",
    intervalUnit: "days",
    secureRemoteAccess: "staged",
    deleteProtection: false,
    kitCommand: SOURCE_COMMAND,
    rulesOff: {
      AKR050: { reason: "the demo deletes what it made", owner: "the kit" },
      AKR092: { reason: "the demo deletes its state with the account", owner: "the kit" },
    },
    tags: ["environment:demo"],
  },
} as const satisfies Record<string, Environment>;

/** The environment that is meant when ROTATION_ENVIRONMENT is not set. */
export const defaultEnvironment: keyof typeof environments = "production";

import { type Environment, RotatorConfiguration } from "akeyless-rotation-kit";
import { LocalBackend } from "cdktf";

export interface Ours extends Environment {
  /** A field of our own. */
  readonly team: string;
}

export const environments: Record<"production" | "staging", Ours> = {
  production: {
    gatewayAddress: process.env.AKEYLESS_GATEWAY ?? "https://gw.internal.example.com:8081",
    rotatorUrl: "https://rotator.internal.example.com/rotate",
    rotator: RotatorConfiguration.fromFile("rotator.yaml"),
    intervalUnit: "days",
    secureRemoteAccess: "staged",
    deleteProtection: true,
    backend: (stack) => new LocalBackend(stack, { path: "production.tfstate" }),
    team: "warehouse",
  },
  staging: {
    gatewayAddress: process.env.AKEYLESS_GATEWAY ?? "https://gw.staging.example.com:8081",
    rotatorUrl: "https://rotator.staging.example.com/rotate",
    intervalUnit: "days",
    secureRemoteAccess: "staged",
    deleteProtection: true,
    team: "warehouse",
  },
};

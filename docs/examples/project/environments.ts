import { type Environment, RotatorConfiguration } from "akeyless-rotation-kit";

/** What differs from one environment to the next. Add a staging here, and the catalog serves both. */
export const environments = {
  production: {
    gatewayAddress: "https://gateway.internal.example.com:8081",
    rotatorUrl: "https://rotator.internal.example.com:8443/rotate",
    // A declaration that this rotator would refuse fails at synth.
    rotator: RotatorConfiguration.fromFile("rotator.yaml"),
    intervalUnit: "days",
    secureRemoteAccess: "staged",
    deleteProtection: true,
    // The state holds live passwords: before the first deploy, keep it where it is encrypted and few
    // read it, for example
    // backend: (stack) => new S3Backend(stack, { bucket, key, region, encrypt: true }),
  },
} satisfies Record<string, Environment>;

import { describe, expect, it } from "vitest";
import { type Environment, selectEnvironments } from "../../../stacks/environment.ts";
import {
  environments as catalog,
  defaultEnvironment,
} from "../../harness/deployment/environments.ts";

const base: Environment = {
  rotatorUrl: "https://rotator.internal/rotate",
  intervalUnit: "days",
  secureRemoteAccess: "staged",
  deleteProtection: true,
};
const environments = { production: base, staging: base };
const select = (env: Record<string, string> = {}) =>
  selectEnvironments(environments, "production", env);

describe("selectEnvironments", () => {
  it.each([
    [undefined, ["production"]],
    ["staging", ["staging"]],
    ["all", ["production", "staging"]],
    ["staging, production", ["staging", "production"]],
  ])("ROTATION_ENVIRONMENT=%s selects %j", (selection, expected) => {
    const selected = select(selection === undefined ? {} : { ROTATION_ENVIRONMENT: selection });
    expect(selected.map(([name]) => name)).toEqual(expected);
  });

  it("applies overrides to the environment that was named", () => {
    const [[, environment]] = select({
      ROTATION_ENVIRONMENT: "staging",
      ROTATOR_URL: "https://127.0.0.1:8443/rotate",
      SRA_STAGE: "enabled",
      ROTATION_INTERVAL_UNIT: "minutes",
    }) as [[string, Environment]];
    expect(environment).toEqual({
      ...base,
      rotatorUrl: "https://127.0.0.1:8443/rotate",
      secureRemoteAccess: "enabled",
      intervalUnit: "minutes",
    });
  });

  it.each<[string, Record<string, string>, string]>([
    [
      "an unknown environment",
      { ROTATION_ENVIRONMENT: "prod" },
      'ROTATION_ENVIRONMENT names "prod"; the catalog declares production, staging (or give "all")',
    ],
    [
      "an override for nobody in particular",
      { SRA_STAGE: "enabled" },
      "SRA_STAGE is set, but it is not clear for which environment: set ROTATION_ENVIRONMENT to one of production, staging, or unset SRA_STAGE",
    ],
    [
      "an override for several",
      { ROTATION_ENVIRONMENT: "all", ROTATOR_URL: "https://a/b" },
      "ROTATOR_URL is set, but it is not clear for which environment",
    ],
    [
      "a wrong value",
      { ROTATION_ENVIRONMENT: "staging", SRA_STAGE: "on" },
      'SRA_STAGE is "on": give staged or enabled',
    ],
    [
      "no address",
      { ROTATION_ENVIRONMENT: "staging", ROTATOR_URL: "rotator" },
      'ROTATOR_URL is "rotator": give an address such as',
    ],
  ])("refuses %s", (_, env, message) => {
    expect(() => select(env)).toThrow(message);
    expect(() => select(env)).toThrow(expect.objectContaining({ code: "invalid_environment" }));
  });

  it("knows the catalog's default environment", () => {
    expect(selectEnvironments(catalog, defaultEnvironment, {})).toHaveLength(1);
  });
});

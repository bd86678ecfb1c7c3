import { describe, expect, test } from "vitest";
import { connectionFrom } from "../../../../stacks/gateway/connection.ts";

const key = { AKEYLESS_ACCESS_ID: "p-1", AKEYLESS_ACCESS_KEY: "k" };

test("a trailing slash is dropped and a path is kept", () => {
  const { address } = connectionFrom({ ...key, AKEYLESS_GATEWAY: "https://gw.example:8080/v2/" });
  expect(address).toBe("https://gw.example:8080/v2");
});

test("a token wins over an access key, as in the provider", () => {
  const environment = { ...key, AKEYLESS_GATEWAY: "https://gw.example", AKEYLESS_AUTH_TOKEN: "t" };
  expect(connectionFrom(environment).credentials).toEqual({ type: "token", token: "t" });
});

describe("what is missing or wrong is named", () => {
  test.each([
    [{ ...key }, "gateway_address_missing"],
    [{ ...key, AKEYLESS_GATEWAY: "gw.example:8081" }, "gateway_address_invalid"],
    [{ ...key, AKEYLESS_GATEWAY: "https://me:canary@gw.example" }, "gateway_address_invalid"],
    [{ AKEYLESS_GATEWAY: "https://gw.example" }, "login_missing"],
    [{ AKEYLESS_GATEWAY: "https://gw.example", AKEYLESS_ACCESS_ID: "p-1" }, "login_missing"],
  ])("%o", (environment, code) => {
    expect(() => connectionFrom(environment)).toThrow(expect.objectContaining({ code }));
    expect(() => connectionFrom(environment)).not.toThrow(/canary/);
  });
});

describe("every login of the provider but e-mail has its variables", () => {
  const base = { AKEYLESS_GATEWAY: "https://gw.example", AKEYLESS_ACCESS_ID: "p-1" };
  test.each([
    [{ AKEYLESS_AUTH_JWT: "j" }, { type: "jwt", accessId: "p-1", jwt: "j" }],
    [{ AKEYLESS_AUTH_UID: "u" }, { type: "universal-identity", accessId: "p-1", token: "u" }],
    [
      { AKEYLESS_AUTH_CERT: "c", AKEYLESS_AUTH_KEY: "k" },
      { type: "certificate", accessId: "p-1", certificate: "c", key: "k" },
    ],
    [{ AKEYLESS_ACCESS_TYPE: "aws_iam" }, { type: "aws_iam", accessId: "p-1" }],
    [{ AKEYLESS_ACCESS_TYPE: "azure_ad" }, { type: "azure_ad", accessId: "p-1" }],
    [{ AKEYLESS_ACCESS_TYPE: "gcp" }, { type: "gcp", accessId: "p-1" }],
  ])("%o", (environment, credentials) => {
    expect(connectionFrom({ ...base, ...environment }).credentials).toEqual(credentials);
  });

  test.each([
    [{ AKEYLESS_AUTH_JWT: "j" }, "AKEYLESS_ACCESS_ID"],
    [{ AKEYLESS_ACCESS_TYPE: "gcp" }, "AKEYLESS_ACCESS_ID"],
    [{ AKEYLESS_AUTH_KEY: "k" }, "AKEYLESS_AUTH_CERT"],
  ])("%o lacks %s", (environment, missing) => {
    expect(() =>
      connectionFrom({ AKEYLESS_GATEWAY: "https://gw.example", ...environment }),
    ).toThrow(
      expect.objectContaining({
        code: "login_missing",
        message: expect.stringContaining(`but ${missing} is not`),
      }),
    );
  });
});

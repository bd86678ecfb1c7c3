import { describe, expect, test } from "vitest";
import {
  environmentDefaults,
  readLogin,
} from "../../../harness/terraform-provider/akeyless/login.ts";
import { createAkeylessProvider } from "../../../harness/terraform-provider/akeyless/provider.ts";

const blocks = {
  token_login: [{ token: "t-1" }],
  api_key_login: [{ access_id: "p-1", access_key: "key" }],
  jwt_login: [{ access_id: "p-1", jwt: "a.b.c" }],
};

describe("the login", () => {
  test("takes a token as it is, before any other block", () => {
    expect(readLogin(blocks, {})).toEqual({ token: "t-1" });
  });

  test("with an API key is of the access type api_key", () => {
    expect(readLogin({ ...blocks, token_login: [] }, {})).toMatchObject({
      body: { "access-type": "api_key", "access-id": "p-1", "access-key": "key" },
    });
  });

  test.each<[string, object, object]>([
    ["email_login", { admin_email: "a@b" }, { "access-type": "password", "admin-email": "a@b" }],
    ["jwt_login", { jwt: "a.b.c" }, { "access-type": "jwt", jwt: "a.b.c" }],
    [
      "uid_login",
      { uid_token: "u-1" },
      { "access-type": "universal_identity", "uid-token": "u-1" },
    ],
    ["cert_login", { cert_data: "Y2VydA==" }, { "access-type": "cert", "cert-data": "Y2VydA==" }],
  ])("with %s has its own access type", (name, block, body) => {
    expect(readLogin({ [name]: [block] } as never, {})).toMatchObject({ body });
  });

  test.each<[string, object, object]>([
    ["token_login", { AKEYLESS_AUTH_TOKEN: "t-2" }, { token: "t-2" }],
    [
      "api_key_login",
      { AKEYLESS_ACCESS_ID: "p-2", AKEYLESS_ACCESS_KEY: "k" },
      { body: { "access-id": "p-2", "access-key": "k" } },
    ],
  ])("fills an empty %s from the environment", (name, environment, login) => {
    expect(readLogin({ [name]: [{}] }, environment as never)).toMatchObject(login);
  });

  test("without a block is the API key in the environment", () => {
    const environment = { AKEYLESS_ACCESS_ID: "p-2", AKEYLESS_ACCESS_KEY: "k" };
    expect(readLogin({}, environment)).toMatchObject({ body: { "access-id": "p-2" } });
    expect(readLogin({}, { AKEYLESS_ACCESS_ID: "p-2" })).toBeUndefined();
  });

  test("refuses a block that is there twice, and one that needs a cloud", () => {
    expect(() => readLogin({ token_login: [{}, {}] }, {})).toThrow("more than once");
    expect(() => readLogin({ aws_iam_login: [{ access_id: "p" }] }, {})).toThrow(
      "Use api_key_login or token_login.",
    );
  });
});

describe("a required attribute with an environment variable", () => {
  const attribute = (environment: Record<string, string>) =>
    createAkeylessProvider(environment).schema.provider.block.block_types?.api_key_login?.block
      .attributes?.access_id;

  test("is optional while the variable is set", () => {
    expect(environmentDefaults({})).toEqual(new Set());
    expect(attribute({})).toMatchObject({ required: true });
    expect(attribute({ AKEYLESS_ACCESS_ID: "p-1" })).toMatchObject({
      required: false,
      optional: true,
    });
  });
});

import { provider } from "@cdktf/provider-null";
import { App, TerraformStack, TerraformVariable, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import {
  applySettings,
  GatewayLogin,
  GatewayProvider,
  type GatewayProviderProps,
  SensitiveInput,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import "../../../../stacks/testing/vitest.ts";

const secret = SensitiveInput.fromEnvironment("TF_VAR_login");
interface LocalExec {
  readonly when?: string;
  readonly environment: Readonly<Record<string, string>>;
}

const reference = ["$", "{var.login}"].join("");

function stackWith(props: GatewayProviderProps = {}): TerraformStack {
  const stack = new TerraformStack(Testing.stubVersion(new App()), "test");
  new GatewayProvider(stack, "Gateway", props);
  return stack;
}

describe("GatewayProvider", () => {
  it("takes address and login from the environment by default", () => {
    const text = Testing.synth(stackWith());
    expect(JSON.parse(text)).toMatchObject({
      provider: { akeyless: [{}], null: [{}] },
      terraform: {
        required_providers: {
          akeyless: { source: "akeyless-community/akeyless", version: "~> 2.0, >= 2.0.5" },
          null: { version: "~> 3.2" },
        },
      },
    });
  });

  it.each<[string, GatewayLogin, Record<string, unknown>]>([
    [
      "API key",
      GatewayLogin.apiKey({ accessId: "p-1", accessKey: secret }),
      { api_key_login: [{ access_id: "p-1", access_key: reference }] },
    ],
    ["API key of the environment", GatewayLogin.apiKey(), { api_key_login: [{}] }],
    ["AWS", GatewayLogin.awsIam({ accessId: "p-1" }), { aws_iam_login: [{ access_id: "p-1" }] }],
    [
      "Azure",
      GatewayLogin.azureAd({ accessId: "p-1" }),
      { azure_ad_login: [{ access_id: "p-1" }] },
    ],
    [
      "Google",
      GatewayLogin.gcp({ accessId: "p-1", audience: "a" }),
      { gcp_login: [{ access_id: "p-1", audience: "a" }] },
    ],
    [
      "JWT",
      GatewayLogin.jwt({ accessId: "p-1", jwt: secret }),
      { jwt_login: [{ access_id: "p-1", jwt: reference }] },
    ],
    [
      "e-mail",
      GatewayLogin.email({ adminEmail: "a@b.c", adminPassword: secret }),
      { email_login: [{ admin_email: "a@b.c", admin_password: reference }] },
    ],
    [
      "Universal Identity",
      GatewayLogin.universalIdentity({ token: secret }),
      { uid_login: [{ uid_token: reference }] },
    ],
    [
      "certificate files",
      GatewayLogin.certificate({ accessId: "p-1", certificateFile: "c.pem", keyFile: "k.pem" }),
      { cert_login: [{ access_id: "p-1", cert_file_name: "c.pem", key_file_name: "k.pem" }] },
    ],
    [
      "certificate in a variable",
      GatewayLogin.certificate({ accessId: "p-1", certificate: secret, key: secret }),
      { cert_login: [{ access_id: "p-1", cert_data: reference, key_data: reference }] },
    ],
    ["token", GatewayLogin.token({ token: secret }), { token_login: [{ token: reference }] }],
  ])("logs in with %s", (_, login, expected) => {
    expect(stackWith({ login })).toHaveProviderWithProperties("akeyless", expected);
  });

  it.each([
    "https://gw.internal.example.com:8080/v2",
    "https://gw:8081",
    "http://127.0.0.1:8080",
    "http://localhost:1234/v2",
    "https://gw.internal:8000/api/v2",
  ])("accepts %s", (address) => {
    expect(stackWith({ address })).toHaveProviderWithProperties("akeyless", {
      apiGatewayAddress: address,
    });
  });

  it.each([
    ["gw.internal", /"gw.internal" is not an address/],
    ["http://gw.internal:8080/v2", /uses http:\/\/, but only https is allowed beyond this machine/],
    ["http://127.evil.example:8080", /only https/],
    ["https://gw.internal:8000", /port 8000 without the path \/api\/v2/],
    ["https://gw.internal:8000/v2", /port 8000 without/],
    ["https://gw.internal:18888", /port 18888, which is the console/],
    ["https://api.akeyless.io", /is the public API/],
    ["https://a:b@gw.internal:8081", /holds a user name or password/],
  ])("refuses %s", (address, message) => {
    expect(() => stackWith({ address })).toThrow(message);
  });

  it("uses a null provider that the stack has already", () => {
    const stack = new TerraformStack(Testing.stubVersion(new App()), "test");
    new provider.NullProvider(stack, "null");
    new GatewayProvider(stack, "Gateway");
    expect(JSON.parse(Testing.synth(stack)).provider.null).toHaveLength(1);
  });

  it("leaves an address that only Terraform knows to the environment of the step that deletes", () => {
    const stack = new TerraformStack(Testing.stubVersion(new App()), "test");
    applySettings(stack, { realisation: "out-of-state" });
    const { stringValue: address } = new TerraformVariable(stack, "login", {});
    new GatewayProvider(stack, "Gateway", { address });
    new WebTarget(stack, "target", { name: "/r", url: "https://r.internal" });
    const steps: { provisioner?: [Record<"local-exec", LocalExec>] }[] = Object.values(
      JSON.parse(Testing.synth(stack)).resource.null_resource,
    );
    const runs = steps.flatMap(({ provisioner = [] }) =>
      provisioner.map((run) => run["local-exec"]),
    );
    expect(runs.map(({ when, environment }) => [when, environment.AKEYLESS_GATEWAY])).toEqual([
      [undefined, reference],
      ["destroy", undefined],
    ]);
  });

  it("is found by the stack that it belongs to, and by no other", () => {
    const stack = stackWith({ address: "https://gw:8081" });
    expect(GatewayProvider.of(stack)?.address).toBe("https://gw:8081");
    expect(GatewayProvider.of(new TerraformStack(new App(), "other"))).toBeUndefined();
  });
});

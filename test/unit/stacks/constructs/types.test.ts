import { describe, expectTypeOf, it } from "vitest";
import {
  type CustomRotatedSecretProps,
  type ICustomRotatedSecret,
  type IWebTarget,
  type RotatedAppCredentialProps,
  RotationPayload,
  type RotationPayloadProps,
  type SecureRemoteAccess,
  SensitiveInput,
  type WebAccessProps,
  WebTarget,
  type WebTargetProps,
} from "../../../../stacks/constructs/index.ts";

type Required<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T];

// tsc judges these: the tests fail to compile rather than to run.
describe("the public types", () => {
  it("require only what has no sensible default", () => {
    expectTypeOf<Required<WebTargetProps>>().toEqualTypeOf<"name" | "url">();
    expectTypeOf<Required<CustomRotatedSecretProps>>().toEqualTypeOf<
      "name" | "target" | "payload" | "schedule"
    >();
    expectTypeOf<Required<RotationPayloadProps>>().toEqualTypeOf<"system" | "username">();
    expectTypeOf<Required<RotatedAppCredentialProps>>().toEqualTypeOf<
      "target" | "system" | "username"
    >();
  });

  it("take constructs, not names", () => {
    expectTypeOf<CustomRotatedSecretProps["target"]>().toEqualTypeOf<IWebTarget>();
    expectTypeOf<string>().not.toExtend<IWebTarget>();
    expectTypeOf(WebTarget.fromName).returns.toEqualTypeOf<IWebTarget>();
    expectTypeOf<ICustomRotatedSecret>().toHaveProperty("rotatedSecretName");
  });

  it("take secrets as sensitive input only", () => {
    // @ts-expect-error a password is never a plain string
    new RotationPayload({ system: "a", username: "b", currentPassword: "hunter2" });
    expectTypeOf(SensitiveInput.fromEnvironment).returns.toEqualTypeOf<SensitiveInput>();
  });

  it("leave exactly one way for a web session", () => {
    expectTypeOf<WebAccessProps["mode"]>().toEqualTypeOf<"direct" | "isolated" | "proxy">();
    expectTypeOf<Required<WebAccessProps>>().toEqualTypeOf<"mode">();
    expectTypeOf<CustomRotatedSecretProps["secureRemoteAccess"]>().toEqualTypeOf<
      SecureRemoteAccess | undefined
    >();
  });

  it("are read-only", () => {
    const props: WebTargetProps = { name: "/t", url: "https://t" };
    // @ts-expect-error properties are set once
    props.name = "/u";
  });
});

import type { IConstruct } from "constructs";
import { describe, expectTypeOf, it } from "vitest";
import {
  type ApplyRulesOptions,
  type CustomRotatedSecretProps,
  type DriftCheckProps,
  type Environment,
  type GatewayLogin,
  type GatewayProviderProps,
  type ICustomRotatedSecret,
  type IWebTarget,
  type PasswordPolicyProps,
  type RdpAccessProps,
  type RotatedAppCredentialProps,
  type RotationCheckProps,
  RotationPayload,
  type RotationPayloadProps,
  type RotationScheduleOptions,
  type RotationStackProps,
  type SecureRemoteAccess,
  SensitiveInput,
  type Settings,
  type SshAccessProps,
  type WebAccessProps,
  WebTarget,
  type WebTargetProps,
} from "../../../../stacks/index.ts";

type Required<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T];

/** The properties that may be left out, but not be given as undefined. */
type Refusing<T> = {
  [K in keyof T]-?: object extends Pick<T, K>
    ? { [P in K]: undefined } extends Pick<T, K>
      ? never
      : K
    : never;
}[keyof T];

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

  it("take undefined for everything that may be left out", () => {
    expectTypeOf<Refusing<WebTargetProps>>().toEqualTypeOf<never>();
    expectTypeOf<Refusing<CustomRotatedSecretProps>>().toEqualTypeOf<never>();
    expectTypeOf<Refusing<RotatedAppCredentialProps>>().toEqualTypeOf<never>();
    expectTypeOf<Refusing<RotationCheckProps>>().toEqualTypeOf<never>();
    expectTypeOf<Refusing<GatewayProviderProps>>().toEqualTypeOf<never>();
    expectTypeOf<Refusing<DriftCheckProps>>().toEqualTypeOf<never>();
    expectTypeOf<Refusing<PasswordPolicyProps>>().toEqualTypeOf<never>();
    expectTypeOf<Refusing<RotationScheduleOptions>>().toEqualTypeOf<never>();
    expectTypeOf<Refusing<SshAccessProps & RdpAccessProps>>().toEqualTypeOf<never>();
    expectTypeOf<Refusing<WebAccessProps>>().toEqualTypeOf<never>();
    expectTypeOf<Refusing<Settings>>().toEqualTypeOf<never>();
    expectTypeOf<Refusing<Environment>>().toEqualTypeOf<never>();
    expectTypeOf<Refusing<RotationStackProps>>().toEqualTypeOf<never>();
    expectTypeOf<Refusing<ApplyRulesOptions>>().toEqualTypeOf<never>();
    for (const login of ["apiKey", "gcp", "jwt", "email", "token", "certificate"] as const) {
      expectTypeOf<
        Refusing<NonNullable<Parameters<(typeof GatewayLogin)[typeof login]>[0]>>
      >().toEqualTypeOf<never>();
    }
  });

  it("take constructs, not names", () => {
    expectTypeOf<CustomRotatedSecretProps["target"]>().toEqualTypeOf<IWebTarget>();
    expectTypeOf<string>().not.toExtend<IWebTarget>();
    expectTypeOf(WebTarget.fromName).returns.toEqualTypeOf<IWebTarget>();
    expectTypeOf<ICustomRotatedSecret>().toHaveProperty("rotatedSecretName");
    expectTypeOf<ICustomRotatedSecret>().toHaveProperty("itemPath");
    expectTypeOf<IWebTarget>().toExtend<IConstruct>();
    expectTypeOf<ICustomRotatedSecret>().toExtend<IConstruct>();
    expectTypeOf<RotationCheckProps["secret"]>().toEqualTypeOf<ICustomRotatedSecret>();
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

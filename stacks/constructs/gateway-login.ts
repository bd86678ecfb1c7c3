import type { IConstruct } from "constructs";
import { defined } from "../../common/defined.ts";
import type { AkeylessProviderConfig } from "../akeyless/provider.ts";
import { withNumbersInTexts } from "./numbers-in-texts.ts";
import type { SensitiveInput } from "./sensitive-input.ts";

type Login = Omit<AkeylessProviderConfig, "alias" | "apiGatewayAddress">;

/**
 * How Terraform logs in to Akeyless. A secret that is left out comes from the environment variable
 * that is named with it, at the time when Terraform runs: it is then nowhere in the synthesized
 * files and in no variable.
 *
 * @example GatewayLogin.awsIam({ accessId: "p-1234" })
 */
export class GatewayLogin {
  readonly #bind: (scope: IConstruct) => Login;

  private constructor(bind: (scope: IConstruct) => Login) {
    this.#bind = (scope) => withNumbersInTexts(bind(scope));
  }

  /** No login block: AKEYLESS_ACCESS_ID and AKEYLESS_ACCESS_KEY of Terraform's environment. */
  static environment(): GatewayLogin {
    return new GatewayLogin(() => ({}));
  }

  /** API key. Left out: AKEYLESS_ACCESS_ID, AKEYLESS_ACCESS_KEY. */
  static apiKey(
    props: { accessId?: string | undefined; accessKey?: SensitiveInput | undefined } = {},
  ): GatewayLogin {
    return new GatewayLogin((scope) => ({
      apiKeyLogin: defined({
        accessId: props.accessId,
        accessKey: props.accessKey?.bind(scope),
      }),
    }));
  }

  /** The AWS identity of the machine that runs Terraform. */
  static awsIam(props: { accessId: string }): GatewayLogin {
    return new GatewayLogin(() => ({ awsIamLogin: { ...props } }));
  }

  /** The Azure identity of the machine that runs Terraform. */
  static azureAd(props: { accessId: string }): GatewayLogin {
    return new GatewayLogin(() => ({ azureAdLogin: { ...props } }));
  }

  /** The Google Cloud identity of the machine that runs Terraform. */
  static gcp(props: { accessId: string; audience?: string | undefined }): GatewayLogin {
    return new GatewayLogin(() => ({
      gcpLogin: { accessId: props.accessId, ...defined({ audience: props.audience }) },
    }));
  }

  /** A JWT, as CI systems issue them. Left out: AKEYLESS_AUTH_JWT. */
  static jwt(props: { accessId: string; jwt?: SensitiveInput | undefined }): GatewayLogin {
    return new GatewayLogin((scope) => ({
      jwtLogin: defined({ accessId: props.accessId, jwt: props.jwt?.bind(scope) }),
    }));
  }

  /** E-mail and password of an administrator. Left out: AKEYLESS_EMAIL, AKEYLESS_PASSWORD. */
  static email(
    props: { adminEmail?: string | undefined; adminPassword?: SensitiveInput | undefined } = {},
  ): GatewayLogin {
    return new GatewayLogin((scope) => ({
      emailLogin: defined({
        adminEmail: props.adminEmail,
        adminPassword: props.adminPassword?.bind(scope),
      }),
    }));
  }

  /** Universal Identity. Left out: AKEYLESS_AUTH_UID. */
  static universalIdentity(
    props: { accessId?: string | undefined; token?: SensitiveInput | undefined } = {},
  ): GatewayLogin {
    return new GatewayLogin((scope) => ({
      uidLogin: defined({ accessId: props.accessId, uidToken: props.token?.bind(scope) }),
    }));
  }

  /**
   * A client certificate: from files, or as base64 from a sensitive input. Left out:
   * AKEYLESS_AUTH_CERT, AKEYLESS_AUTH_KEY.
   */
  static certificate(props: {
    accessId: string;
    certificateFile?: string | undefined;
    keyFile?: string | undefined;
    certificate?: SensitiveInput | undefined;
    key?: SensitiveInput | undefined;
  }): GatewayLogin {
    return new GatewayLogin((scope) => ({
      certLogin: defined({
        accessId: props.accessId,
        certFileName: props.certificateFile,
        certData: props.certificate?.bind(scope),
        keyFileName: props.keyFile,
        keyData: props.key?.bind(scope),
      }),
    }));
  }

  /** A token that was issued before. Left out: AKEYLESS_AUTH_TOKEN. */
  static token(props: { token?: SensitiveInput | undefined } = {}): GatewayLogin {
    return new GatewayLogin((scope) => ({
      tokenLogin: defined({ token: props.token?.bind(scope) }),
    }));
  }

  /**
   * The login block of the provider, for a stack that `scope` belongs to.
   * @internal
   */
  bind(scope: IConstruct): Login {
    return this.#bind(scope);
  }
}

import type { RotatedSecretCustomAttributes } from "../akeyless/rotated-secret-custom.ts";
import { DeclarationError, isUnknown, shown, withoutUndefined } from "./errors.ts";
import { RotateAfterDisconnect } from "./rotate-after-disconnect.ts";
import type { SecureRemoteAccessStage } from "./settings.ts";
import { validateUrl } from "./url.ts";

type Attributes = Partial<RotatedSecretCustomAttributes>;

/** Options that every kind of session has. */
export interface SessionProps {
  /** What happens to the password when a session ends. @default RotateAfterDisconnect.off() */
  readonly rotateAfterDisconnect?: RotateAfterDisconnect;
}

/** Options of {@link SecureRemoteAccess.ssh}. */
export interface SshAccessProps extends SessionProps {
  /** Hosts that a session may reach, `host` or `host:port`; at least one. */
  readonly hosts: readonly string[];
  /**
   * Path of the SSH certificate issuer (formerly "bastion issuer").
   * @default - sessions use the rotated password
   */
  readonly certificateIssuer?: string;
  /** User instead of the one that the issuer names; needs an issuer. @default - the issuer's */
  readonly user?: string;
}

/** Options of {@link SecureRemoteAccess.rdp}. */
export interface RdpAccessProps extends SessionProps {
  /** Hosts that a session may reach, `host` or `host:port`; at least one. */
  readonly hosts: readonly string[];
  /** Windows domain. @default - none */
  readonly domain?: string;
  /** User of the session. @default - the user of the payload */
  readonly user?: string;
  /** Lets the person who connects name the user; for domain accounts. @default false */
  readonly allowExternalUser?: boolean;
}

/** Options of {@link SecureRemoteAccess.web}. */
export interface WebAccessProps extends SessionProps {
  /** The page into which the credential is injected; https. */
  readonly url: string;
  /** How the browser gets there. */
  readonly mode: WebAccessMode;
}

/**
 * `direct`: through Akeyless's browser extension; `isolated`: in a browser of the Web Access
 * Bastion; `proxy`: through the Web Access Bastion as a proxy. The three exclude each other.
 */
export type WebAccessMode = "direct" | "isolated" | "proxy";

/** How people reach the system with the rotated credential, without ever seeing it. */
export class SecureRemoteAccess {
  readonly #attributes: Attributes;
  readonly #rotateAfterDisconnect: RotateAfterDisconnect;

  private constructor(attributes: Attributes, session: SessionProps) {
    this.#attributes = attributes;
    this.#rotateAfterDisconnect = session.rotateAfterDisconnect ?? RotateAfterDisconnect.off();
  }

  /** Terminal sessions on the given hosts. */
  static ssh(props: SshAccessProps): SecureRemoteAccess {
    const { certificateIssuer, user } = props;
    if (user !== undefined && certificateIssuer === undefined) {
      throw new DeclarationError(
        "invalid_declaration",
        `the SSH user ${shown(user)} replaces the user of a certificate issuer, but no certificateIssuer is given: give both or neither`,
      );
    }
    if (
      certificateIssuer !== undefined &&
      !isUnknown(certificateIssuer) &&
      !certificateIssuer.startsWith("/")
    ) {
      throw new DeclarationError(
        "invalid_declaration",
        `the certificate issuer is ${shown(certificateIssuer)}; give its full path, which starts with "/"`,
      );
    }
    return new SecureRemoteAccess(
      withoutUndefined({
        secureAccessHost: validateHosts(props.hosts),
        secureAccessCertificateIssuer: certificateIssuer,
        secureAccessSshUser: user,
      }),
      props,
    );
  }

  /** Desktop sessions on the given hosts. */
  static rdp(props: RdpAccessProps): SecureRemoteAccess {
    return new SecureRemoteAccess(
      withoutUndefined({
        secureAccessHost: validateHosts(props.hosts),
        secureAccessRdpDomain: props.domain,
        secureAccessRdpUser: props.user,
        secureAccessAllowExternalUser: props.allowExternalUser ?? false,
      }),
      props,
    );
  }

  /** Browser sessions on one page. */
  static web(props: WebAccessProps): SecureRemoteAccess {
    validateUrl("the page for Secure Remote Access", props.url);
    return new SecureRemoteAccess(
      {
        secureAccessUrl: props.url,
        secureAccessWeb: true,
        secureAccessWebBrowsing: props.mode === "isolated",
        secureAccessWebProxy: props.mode === "proxy",
      },
      props,
    );
  }

  /**
   * The attributes of the provider, each switch explicit: the provider sends whatever is left out
   * as an empty value. While staged everything is off, and nothing is left behind.
   * @internal
   */
  static toAttributes(
    access: SecureRemoteAccess | undefined,
    stage: SecureRemoteAccessStage,
  ): Attributes {
    if (access === undefined || stage === "staged") return SWITCHED_OFF;
    return {
      ...SWITCHED_OFF,
      ...access.#attributes,
      secureAccessEnable: "true",
      rotateAfterDisconnect: access.#rotateAfterDisconnect.value,
    };
  }
}

const SWITCHED_OFF: Attributes = {
  secureAccessEnable: "false",
  secureAccessWeb: false,
  secureAccessWebBrowsing: false,
  secureAccessWebProxy: false,
  secureAccessAllowExternalUser: false,
  rotateAfterDisconnect: "false",
};

function validateHosts(hosts: readonly string[]): string[] {
  if (hosts.length === 0) {
    throw new DeclarationError(
      "invalid_declaration",
      "hosts is empty: name at least one host that sessions may reach",
    );
  }
  const known = hosts.filter((host) => !isUnknown(host));
  const wrong = known.find((host) => !/^[^\s/@?#*,]+$/.test(host));
  if (wrong !== undefined) {
    throw new DeclarationError(
      "invalid_declaration",
      `${shown(wrong)} is no host: give "host" or "host:port", one host each, without scheme, path, user or wildcard`,
    );
  }
  const twice = known.find((host, index) => known.indexOf(host) !== index);
  if (twice !== undefined) {
    throw new DeclarationError("invalid_declaration", `the host ${shown(twice)} is given twice`);
  }
  return [...hosts];
}

import type { IResolvable } from "cdktf";
import { defined } from "../../common/defined.ts";
import type { secretRows } from "../attributes/secret.ts";
import {
  DeclarationError,
  isUnknown,
  refuseReferences,
  shownValue,
  validateChoices,
} from "./errors.ts";
import { validateHosts } from "./hosts.ts";
import { withNumbersInTexts } from "./numbers-in-texts.ts";
import { RotateAfterDisconnect } from "./rotate-after-disconnect.ts";
import type { SecureRemoteAccessStage } from "./settings.ts";
import { validateUrl } from "./url.ts";

type Attributes = { readonly [Key in keyof typeof secretRows]?: unknown };

/** Options that every kind of session has. */
export interface SessionProps {
  /** What happens to the password when a session ends. @default RotateAfterDisconnect.off() */
  readonly rotateAfterDisconnect?: RotateAfterDisconnect | undefined;
}

/** Options of sessions on hosts. */
export interface HostAccessProps extends SessionProps {
  /**
   * Hosts that people are offered, `host`, `host:port` or a network such as `10.0.0.0/24` (Secure
   * Remote Access 2.9); at least one. Sessions may reach others too, unless `enforceHosts` is set.
   */
  readonly hosts: readonly string[];
  /**
   * Whether sessions may reach the listed hosts only. Out of state only: the Terraform provider
   * cannot set it.
   * @default false
   */
  readonly enforceHosts?: boolean | IResolvable | undefined;
  /**
   * Targets whose hosts are offered instead of a list of hosts. Out of state only.
   * @default - the listed hosts
   */
  readonly hostsOfTargets?: readonly string[] | undefined;
}

/** Options of {@link SecureRemoteAccess.ssh}. */
export interface SshAccessProps extends HostAccessProps {
  /**
   * Path of the SSH certificate issuer (formerly "bastion issuer").
   * @default - sessions use the rotated password
   */
  readonly certificateIssuer?: string | undefined;
  /** User instead of the one that the issuer names; needs an issuer. @default - the issuer's */
  readonly user?: string | undefined;
}

/** Options of {@link SecureRemoteAccess.rdp}. */
export interface RdpAccessProps extends HostAccessProps {
  /** Windows domain. @default - none */
  readonly domain?: string | undefined;
  /** User of the session. @default - the user of the payload */
  readonly user?: string | undefined;
  /** Lets the person who connects choose the user; for domain accounts. @default false */
  readonly allowExternalUser?: boolean | IResolvable | undefined;
}

/** Options of {@link SecureRemoteAccess.web}. */
export interface WebAccessProps extends SessionProps {
  /** The page into which the credential is injected; https. @default - the person names it */
  readonly url?: string | undefined;
  /** How the browser gets there. */
  readonly mode: WebAccessMode;
}

/**
 * `direct`: through Akeyless's browser extension; `isolated`: in a browser of the Web Access
 * Bastion; `proxy`: through the Web Access Bastion as a proxy. The three exclude each other.
 */
export type WebAccessMode = "direct" | "isolated" | "proxy";

/**
 * How people reach the system with the rotated credential, without ever seeing it.
 *
 * @example SecureRemoteAccess.ssh({ hosts: ["app01.internal.example.com"] })
 */
export class SecureRemoteAccess {
  readonly #attributes: Attributes;
  readonly #rotateAfterDisconnect: RotateAfterDisconnect | undefined;

  private constructor(attributes: Attributes, session: SessionProps) {
    const { rotateAfterDisconnect } = session;
    refuseReferences({ rotateAfterDisconnect });
    this.#attributes = defined(attributes);
    this.#rotateAfterDisconnect = rotateAfterDisconnect;
  }

  /** Terminal sessions on the given hosts. */
  static ssh(props: SshAccessProps): SecureRemoteAccess {
    const declared = withNumbersInTexts(props);
    const { certificateIssuer, user } = declared;
    if (user !== undefined && certificateIssuer === undefined) {
      throw new DeclarationError(
        "invalid_declaration",
        `the SSH user ${shownValue(user)} replaces the user of a certificate issuer, but no certificateIssuer is given: give both or neither`,
      );
    }
    if (
      certificateIssuer !== undefined &&
      !isUnknown(certificateIssuer) &&
      !certificateIssuer.startsWith("/")
    ) {
      throw new DeclarationError(
        "invalid_declaration",
        `the certificate issuer is ${shownValue(certificateIssuer)}; give its full path, which starts with "/"`,
      );
    }
    return new SecureRemoteAccess(
      {
        ...hostAttributes(declared),
        secureAccessCertificateIssuer: certificateIssuer,
        secureAccessSshUser: user,
      },
      declared,
    );
  }

  /** Desktop sessions on the given hosts. */
  static rdp(props: RdpAccessProps): SecureRemoteAccess {
    const declared = withNumbersInTexts(props);
    return new SecureRemoteAccess(
      {
        ...hostAttributes(declared),
        secureAccessRdpDomain: declared.domain,
        secureAccessRdpUser: declared.user,
        secureAccessAllowExternalUser: declared.allowExternalUser ?? false,
      },
      declared,
    );
  }

  /** Browser sessions, usually on one page. */
  static web(props: WebAccessProps): SecureRemoteAccess {
    const declared = withNumbersInTexts(props);
    validateChoices(declared, { mode: ["direct", "isolated", "proxy"] });
    if ("hosts" in declared && declared.hosts !== undefined) {
      throw new DeclarationError(
        "invalid_declaration",
        "hosts have no effect on a web session, which reaches its url: leave them out, or join it with SecureRemoteAccess.ssh({ hosts }).and(…)",
      );
    }
    if (declared.url !== undefined) validateUrl("the page for Secure Remote Access", declared.url);
    return new SecureRemoteAccess(
      {
        secureAccessUrl: declared.url,
        secureAccessWeb: true,
        secureAccessWebBrowsing: declared.mode === "isolated",
        secureAccessWebProxy: declared.mode === "proxy",
      },
      declared,
    );
  }

  /**
   * Sessions of both kinds on one secret, for example in a terminal and in the browser. The API
   * takes the settings of all kinds side by side; whether a client offers every kind is not
   * documented, so a rule reports it.
   * @throws DeclarationError `invalid_declaration` where both declare the same setting differently
   */
  and(other: SecureRemoteAccess): SecureRemoteAccess {
    const first = {
      ...this.#attributes,
      rotateAfterDisconnect: this.#rotateAfterDisconnect?.value,
    };
    const second: typeof first = {
      ...other.#attributes,
      rotateAfterDisconnect: other.#rotateAfterDisconnect?.value,
    };
    for (const [name, value] of Object.entries(defined(second))) {
      const before = new Map<string, unknown>(Object.entries(first)).get(name);
      if (before === undefined || JSON.stringify(before) === JSON.stringify(value)) continue;
      throw new DeclarationError(
        "invalid_declaration",
        `two kinds of Secure Remote Access declare ${name} differently, ${shownValue(before)} and ${shownValue(value)}: a secret has one`,
      );
    }
    return new SecureRemoteAccess(
      { ...this.#attributes, ...other.#attributes },
      { rotateAfterDisconnect: this.#rotateAfterDisconnect ?? other.#rotateAfterDisconnect },
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
      rotateAfterDisconnect: (access.#rotateAfterDisconnect ?? RotateAfterDisconnect.off()).value,
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

function hostAttributes({ hosts, enforceHosts, hostsOfTargets }: HostAccessProps): Attributes {
  return {
    secureAccessHost: validateHosts(hosts),
    secureAccessEnforceHostsRestriction: enforceHosts,
    ...defined({
      hostProvider: hostsOfTargets && "target",
      target: hostsOfTargets,
    }),
  };
}

import type { SecureContextOptions, Server } from "node:tls";
import type { Logger } from "pino";
import { readAuthorities, readKeyPair } from "../../common/certificates.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import type { RotatorConfig } from "../config/schema.ts";

/** The section `listen.tls` of the configuration. */
export type TlsConfig = NonNullable<RotatorConfig["listen"]["tls"]>;

const NO_NAMES =
  "the certificate has no subject alternative name, with which the gateway compares the host of the Web Target's URL";

/** What a server needs to speak TLS. */
export interface ServedTls {
  readonly options: SecureContextOptions;
  /** When the certificate ends, milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** Hears what becomes of a server's TLS. */
export interface TlsObserver {
  /** What is served from now on: at the start, and after each reload. */
  onServed?(served: ServedTls): void;
  /** A handshake failed. */
  onFailure?(): void;
}

/** Reads the certificate files. @throws KitError `certificates_invalid` */
export function readTls(tls: TlsConfig): ServedTls {
  const { cert, key, expiresAt, named } = readKeyPair(tls.cert_file, tls.key_file);
  if (!named) throw new KitError("certificates_invalid", { problem: NO_NAMES });
  const ca = tls.client_ca_file && { ca: readAuthorities(tls.client_ca_file) };
  return { options: { cert, key, minVersion: "TLSv1.2", ...ca }, expiresAt };
}

/**
 * Ends connections whose client certificate carries none of the names, before anything is read.
 * Names are compared letter for letter, and only with the certificate's alternative names: wildcards
 * and the subject's common name prove nothing here.
 */
export function requireClientName(server: Server, names: readonly string[], log: Logger): void {
  const accepted = names.flatMap((name) => [`DNS:${name}`, `URI:${name}`]);
  server.prependListener("secureConnection", (socket) => {
    // Node quotes a name that holds a separator, so that it cannot pretend to be two.
    const presented = socket.getPeerX509Certificate()?.subjectAltName?.split(", ") ?? [];
    if (presented.some((name) => accepted.includes(name))) return;
    log.warn({ presented }, "client certificate refused: it has none of listen.tls.client_names");
    socket.destroy();
  });
}

/**
 * Serves new certificate files as soon as they are there, for new connections. Files are compared by
 * content: mounted secrets change by a swapped symbolic link, which file watchers miss. A pair that
 * does not fit together (half written, say) or has expired is logged and the old one stays.
 *
 * @param first what is served now
 * @param observer hears what is served from now on
 * @returns ends the watching
 */
export function reloadTls(
  server: Server,
  tls: TlsConfig,
  log: Logger,
  first: ServedTls,
  observer: TlsObserver,
): () => void {
  let served = JSON.stringify(first);
  const compare = () => {
    try {
      const next = readTls(tls);
      const found = JSON.stringify(next);
      if (found === served) return;
      server.setSecureContext(next.options);
      served = found;
      observer.onServed?.(next);
      log.info({ cert_file: tls.cert_file }, "certificate reloaded");
    } catch (error) {
      const reason = error instanceof Error ? error.message : "unknown";
      log.error(
        { cert_file: tls.cert_file, reason },
        "certificate not reloaded, the old one stays",
      );
    }
  };
  const timer = setInterval(compare, tls.reload_seconds * 1000).unref();
  return () => clearInterval(timer);
}

import type { SecureContextOptions, Server } from "node:tls";
import type { Logger } from "pino";
import { readAuthorities, readServerKeyPair } from "../../common/certificates.ts";

/** Files that a server's TLS is read from. */
export interface TlsFiles {
  readonly cert_file: string;
  readonly key_file: string;
  /** Authorities of client certificates; a certificate of theirs is required then. */
  readonly client_ca_file?: string | undefined;
  /** Names of which a client certificate must have one. */
  readonly client_names?: readonly string[] | undefined;
  /** How often the files are compared with what is served, in seconds. */
  readonly reload_seconds: number;
}

/** What a server needs to speak TLS. */
export interface ServedTls {
  readonly options: SecureContextOptions;
  /** When the certificate ends, milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** Reads the certificate files. @throws KitError `certificates_invalid` */
export function readTls(tls: TlsFiles): ServedTls {
  const { cert, key, expiresAt } = readServerKeyPair(tls.cert_file, tls.key_file);
  // An issuing authority may be named alone: trusting its root would admit all of the root's others.
  const partial = { allowPartialTrustChain: true };
  const client = tls.client_ca_file && { ca: readAuthorities(tls.client_ca_file), ...partial };
  return { options: { cert, key, minVersion: "TLSv1.2", ...client }, expiresAt };
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
  tls: TlsFiles,
  log: Logger,
  first: ServedTls,
  observer: { onServed?(served: ServedTls): void },
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

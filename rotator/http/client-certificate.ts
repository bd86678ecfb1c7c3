import type { Server, TLSSocket } from "node:tls";
import type { Logger } from "pino";

/** Longest text of a stranger's certificate in the log, in characters. */
const MAX_SHOWN = 200;

/**
 * Ends connections whose client certificate is missing, untrusted, or carries none of the names,
 * before anything is read. Names are compared letter for letter, and only with the certificate's
 * alternative names: wildcards and the subject's common name prove nothing here.
 *
 * @param names accepted names; undefined accepts every certificate of the trusted authorities
 * @param onRefused hears of each connection that was ended
 */
export function checkClient(
  server: Server,
  names: readonly string[] | undefined,
  log: Logger,
  onRefused: () => void,
): void {
  const accepted = names?.flatMap((name) => [`DNS:${name}`, `URI:${name}`]);
  server.prependListener("secureConnection", (socket) => {
    const sentence = refusalOf(socket, accepted);
    if (sentence === undefined) return;
    log.warn({ ...shown(socket), reason: socket.authorizationError }, sentence);
    onRefused();
    socket.destroy();
  });
}

function refusalOf(socket: TLSSocket, accepted: readonly string[] | undefined): string | undefined {
  // First of all: without a certificate Node takes a resumed session for an authorized one.
  if (socket.getPeerX509Certificate() === undefined)
    return "caller refused: it shows no client certificate";
  if (!socket.authorized)
    return "client certificate refused: no authority of listen.tls.client_ca_file vouches for it";
  if (accepted === undefined || namesOf(socket).some((name) => accepted.includes(name))) return;
  return "client certificate refused: it has none of listen.tls.client_names";
}

/** Node quotes a name that holds a separator, so that it cannot pretend to be two. */
function namesOf(socket: TLSSocket): readonly string[] {
  return socket.getPeerX509Certificate()?.subjectAltName?.split(", ") ?? [];
}

/** What the log may say of the certificate: enough to find it; its maker chose the rest. */
function shown(socket: TLSSocket): object {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return {};
  const cut = (text: string) => text.slice(0, MAX_SHOWN);
  const { subject, issuer, fingerprint256: fingerprint } = certificate;
  return {
    presented: namesOf(socket).slice(0, 8).map(cut),
    subject: cut(subject ?? ""),
    issuer: cut(issuer ?? ""),
    fingerprint,
  };
}

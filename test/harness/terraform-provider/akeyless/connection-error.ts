const CONNECTION_ERRORS = new Set(["ECONNRESET", "ECONNREFUSED", "UND_ERR_SOCKET", "EPIPE"]);

/** Whether no whole answer came because of the connection. fetch wraps the socket's error as `cause`. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return CONNECTION_ERRORS.has(code) || isConnectionError(error.cause);
}

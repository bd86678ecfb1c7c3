const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file; is the path meant from another folder?",
  EACCES: "this user may not read it",
  EISDIR: "it is a folder",
};

/**
 * Why a file of the configuration cannot be read. Sentences about files that hold secrets leave the
 * path away: somebody may have written the secret itself where the path of its file belongs.
 */
export function readFailure(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  const reason = REASONS[code];
  return reason === undefined ? code : `${code}: ${reason}`;
}

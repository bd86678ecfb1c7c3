/** An answer other than 200; its body is `{"error": "<text>"}` (reference/emulator.md, errors). */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.name = "ApiError";
    this.status = status;
  }
}

/** Who asks, as Akeyless names it in its error texts. */
export interface Identity {
  readonly accountId: string;
  readonly accessId: string;
}

/** The backend's usual text: `<context>: Status <code> <word>, Error: <word>. Message: …`. */
function backendError(
  status: number,
  statusText: string,
  word: string,
  context: string,
  { accountId, accessId }: Identity,
  detail: string,
): ApiError {
  return new ApiError(
    status,
    `${context} Status ${status} ${statusText}, Error: ${word}. Message: account id: ${accountId}, access id: ${accessId}. ${detail}`,
  );
}

/** 404 for an item that does not exist; text as External Secrets' tests recorded it. */
export function itemNotFound(name: string, who: Identity): ApiError {
  return backendError(
    404,
    "Not Found",
    "NotFound",
    "failed to obtain item description: Desc: Failed to get item.",
    who,
    `failed to obtain item ${name}`,
  );
}

/** 404 for a version that does not exist or was pruned (text assumed). */
export function versionNotFound(name: string, version: number, who: Identity): ApiError {
  return backendError(
    404,
    "Not Found",
    "NotFound",
    "failed to get rotated secret value:",
    who,
    `version ${version} of item ${name} does not exist`,
  );
}

/** 404 for a target that does not exist (text assumed, by the pattern of items). */
export function targetNotFound(name: string, who: Identity): ApiError {
  return backendError(
    404,
    "Not Found",
    "NotFound",
    "failed to get target: Desc: Failed to get target.",
    who,
    `failed to obtain target ${name}`,
  );
}

/** 401 for a caller without the permission; Akeyless gives it for hidden items too. */
export function unauthorized(who: Identity, context = "failed to access item:"): ApiError {
  return backendError(
    401,
    "Unauthorized",
    "UnauthorizedAccess",
    context,
    who,
    `unauthorized access for access id ${who.accessId}`,
  );
}

/** 401 for a token that is missing, unknown or expired (text assumed). */
export function invalidToken(accountId: string): ApiError {
  return new ApiError(
    401,
    `failed to authenticate: Status 401 Unauthorized, Error: InvalidToken. Message: account id: ${accountId}. the token is missing, unknown or expired`,
  );
}

/** 409 for a name that is taken (status and text assumed). */
export function alreadyExists(kind: "item" | "target", name: string, who: Identity): ApiError {
  return backendError(
    409,
    "Conflict",
    "AlreadyExists",
    `failed to create ${kind}:`,
    who,
    `${kind} ${name} already exists`,
  );
}

/** 409 for what the state of an item or target forbids (status and text assumed). */
export function conflict(context: string, detail: string, who: Identity): ApiError {
  return backendError(409, "Conflict", "Conflict", `${context}:`, who, detail);
}

/** 403 for an item that is protected, disabled or locked (status and text assumed). */
export function forbidden(context: string, detail: string, who: Identity): ApiError {
  return backendError(403, "Forbidden", "Forbidden", `${context}:`, who, detail);
}

/** 400 for a request that lacks a parameter or carries a bad one (text assumed). */
export function badRequest(text: string): ApiError {
  return new ApiError(400, text);
}

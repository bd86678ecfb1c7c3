import { namesCredentialInUrl } from "../../../common/credential.ts";
import { holdsLogin, toUrl } from "../../../common/url.ts";
import { describeHost, type Host } from "./host.ts";

/** What may be said about a URL. Its text is left behind: it can hold a password. */
export interface UrlFacts {
  /** Without the colon. */
  readonly scheme: string;
  readonly host: Host;
  /** Has a user name or a password. */
  readonly userinfo: boolean;
  /** Names of the query's parameters that look like credentials. */
  readonly credentialParameters: readonly string[];
  readonly fragment: boolean;
}

/** Reads an absolute URL with a host; undefined where the text is none. */
export function parseUrl(text: string): UrlFacts | undefined {
  const url = toUrl(text);
  if (url === undefined || url.hostname === "") return undefined;
  return {
    scheme: url.protocol.slice(0, -1),
    host: describeHost(url.hostname),
    userinfo: holdsLogin(url),
    credentialParameters: [...new Set(url.searchParams.keys())].filter(namesCredentialInUrl),
    fragment: url.hash !== "",
  };
}

import { isLoopback } from "./host.ts";

/** An absolute URL; `undefined` where the text is not one. */
export const toUrl = (text: string): URL | undefined => URL.parse(text) ?? undefined;

/** An address to which a path is added: without slashes at its end. */
export const baseAddress = (address: string): string => address.replace(/\/+$/, "");

/** Whether a URL holds a user name or a password. */
export const holdsLogin = ({ username, password }: URL): boolean =>
  username !== "" || password !== "";

/**
 * Whether credentials may travel to a URL: over TLS, or in clear text where nobody is between.
 *
 * @param isClose which hosts are reached by plain HTTP; without it only this machine
 */
export const mayCarryCredentials = (
  { protocol, hostname }: URL,
  isClose: (host: string) => boolean = isLoopback,
): boolean => protocol === "https:" || (protocol === "http:" && isClose(hostname));

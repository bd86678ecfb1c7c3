/** Words that, in the name of a field, announce a credential. */
const NAME =
  /pass(word|wd|phrase|code)|^(pg)?pass$|pwd|secret|token|credential|(api|access|private|signing|encryption|shared|account)key|bearer|connectionstring|cookie|^(auth|authorization|dsn|sas|pin|otp|private|jwt|keydata)$/;

/** Endings that turn such a word into a description of a credential. */
const DESCRIBES =
  /(length|policy|name|field|type|url|uri|path|file|env|id|ref|version|age|ttl|expiry|expires|expiration|interval|header|hint|format|required|enabled|source)s?$/;

/** Units: a number of them describes a credential. Unlike other endings they need a mark of their own. */
const UNIT = /(_(ms|bytes)|(Ms|Bytes))$/;

/** Values that are credentials under any name: private keys, and URLs with a password in them. */
const VALUE =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,256}:[^\s/@]{1,256}@/i;

/**
 * Whether a field of that name holds a credential. The one judge of names: what a plan, a comment, a
 * rule, a declaration and `serve --check` hide or refuse goes by it.
 */
export function namesCredential(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return NAME.test(plain) && !DESCRIBES.test(plain) && !UNIT.test(name);
}

/** Whether a URL's parameter of that name does: there also `sig`, `code`, `key` and the like. */
export const namesCredentialInUrl = (name: string): boolean =>
  namesCredential(name) || /^(key|sig|signature|code|sv|jwt)$/i.test(name);

/** Whether the value is a credential, whatever its field is called. */
export const isCredential = (value: string): boolean => VALUE.test(value.slice(0, 8192));

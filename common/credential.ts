/** Words that, in the name of a field, announce a credential. */
const NAME =
  /pass(word|wd|phrase|code)|^pass$|pwd|secret|token|credential|(api|access|private|signing|encryption|shared|account)key|bearer|connectionstring|cookie|^(auth|authorization|dsn|sas|pin|otp)$/;

/** Endings that turn such a word into a description of a credential. */
const DESCRIBES =
  /(length|policy|name|field|type|url|uri|path|file|env|id|ref|version|age|ttl|expiry|expires|expiration|interval|header|hint|format|required|enabled|source)s?$/;

/** Values that are credentials under any name: private keys, and URLs with a password in them. */
const VALUE =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,256}:[^\s/@]{1,256}@/i;

/** Whether a field of that name holds a credential. */
export function namesCredential(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return NAME.test(plain) && !DESCRIBES.test(plain);
}

/** Whether the value is a credential, whatever its field is called. */
export const isCredential = (value: string): boolean => VALUE.test(value.slice(0, 8192));

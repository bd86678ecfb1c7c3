/** A certificate with its private key, both PEM, as `https.createServer` takes them. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

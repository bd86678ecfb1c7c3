/** The moment at which these tests take place, milliseconds since the Unix epoch. */
export const NOW = 1_800_000_000_000;

/** A token that looks like the gateway's; the signature is worth nothing. */
export function token(
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const seconds = NOW / 1000;
  const payload = {
    access_id: "p-gateway",
    attaches: '{"account_id":"acc","item_name":"/prod/app"}',
    iat: seconds - 1,
    exp: seconds + 60,
    ...claims,
  };
  return `${encode({ alg: "ES256", typ: "JWT", ...header })}.${encode(payload)}.c2lnbmF0dXJl`;
}

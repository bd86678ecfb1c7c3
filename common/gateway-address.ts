/** Addresses of a gateway's API, as the vendor's documentation has them. */
export const GATEWAY_ADDRESSES =
  "https://gateway:8081, https://gateway:8080/v2 or https://gateway:8000/api/v2";

/**
 * Why an address cannot be the API of a gateway on which secrets are created; undefined where it
 * may be one. Only what is documented is judged: a gateway behind a proxy can have any address.
 */
export function gatewayAddressProblem({ hostname, port, pathname }: URL): string | undefined {
  if (/(^|\.)api\.akeyless\.io$/.test(hostname)) {
    return "is the public API, which cannot create rotated secrets";
  }
  if (port === "18888") return "uses port 18888, which is the console and not the API";
  if (port === "8000" && !/^\/api\/v2\/?$/.test(pathname)) {
    return "uses port 8000 without the path /api/v2, which is the configuration manager and not the API";
  }
  return undefined;
}

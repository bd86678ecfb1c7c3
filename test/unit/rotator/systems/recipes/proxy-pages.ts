import type { FakeProduct, Reply } from "../../../../harness/fakes/fake-product.ts";

/** What proxies and gateways in front of products say in words and forms of their own. */
const PAGES: readonly Omit<Reply, "status">[] = [
  { text: "" },
  { text: "401 Unauthorized" },
  { text: "<html><head><title>401 Authorization Required</title></head></html>" },
  { text: "Unauthorized", headers: { "www-authenticate": 'Basic realm="proxy"' } },
  { json: { message: "Unauthorized", error: "Unauthorized", code: 401 } },
  { json: { status: false, message: "Unauthorized" } },
  { json: { message: "401 Unauthorized" } },
  { json: { message: "Invalid API key" } },
  { json: { message: "Invalid username or password" } },
  { json: { error: { code: "invalid_api_key", message: "Invalid API key" } } },
  // Docker's registry, and what imitates it.
  { json: { errors: [{ code: "UNAUTHORIZED", message: "authentication required" }] } },
  // JSON:API.
  { json: { errors: [{ status: "401", title: "Unauthorized" }] } },
  // RFC 6750.
  {
    json: { error: "invalid_token", error_description: "The access token is invalid" },
    headers: { "www-authenticate": 'Bearer realm="proxy", error="invalid_token"' },
  },
];

/** Lets a proxy answer in place of the product: each page in turn, with 401 and with 403. */
export async function behindProxies(fake: FakeProduct, ask: () => Promise<void>): Promise<void> {
  for (const status of [401, 403])
    for (const page of PAGES) {
      fake.answer({ status, ...page });
      await ask();
    }
}

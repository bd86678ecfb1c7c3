/** What `rotation-kit init` writes into rotator.yaml instead of the gateway's own access id. */
export const PLACEHOLDER_ACCESS_ID = "p-of-your-gateway";

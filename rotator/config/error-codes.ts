/** Codes of a rotator that does not start, or of `serve --check`, with their remedies. */
export const START_ERRORS = {
  config_invalid:
    "Correct every line of the list; docs/reference/rotator-configuration.md describes each setting.",
  key_unreadable: "Mount the key file, readable for the rotator's user.",
  key_invalid: "Make a key with `openssl rand -base64 32`, and give it to every replica.",
  keyring_invalid: "Give each key an id of its own and at least 32 random bytes.",
  port_taken: "Stop what listens there, or change the port that the sentence names.",
  listen_failed: "Name an address that this machine has, and a port that its user may open.",
  system_unreachable:
    "Check the system's address, name resolution, firewall and, where the reason speaks of certificates, its `ca_file`.",
} as const;

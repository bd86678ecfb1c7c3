import { describe, expect, test } from "vitest";
import { masked } from "../../../harness/record/mask.ts";

const KNOWN = { texts: { "/record/1a2b/secret": "<item>" }, began: 0 };
const error = (text: string) => masked({ error: text }, KNOWN);

describe("the sentence of an error", () => {
  test.each([
    ["access denied by role /Bank/Admins for user", "access denied by role <path> for user"],
    ['role "Bank Admins" may not read', 'role "<text>" may not read'],
    ["role 'Bank Admins' may not read", "role '<text>' may not read"],
    ["dial tcp: lookup rotator.bank.lan: no such host", "dial tcp: lookup <host>: no such host"],
    ["dial gw.bank.example:8443 failed", "dial <host> failed"],
    ["dial tcp [fd00:12::7]:8443: refused", "dial tcp <address>: refused"],
    ["asked by jane@bank.lan", "asked by <mail>"],
  ])("keeps no name of the account: %s", (text, shown) => {
    expect(error(text)).toEqual({ error: shown });
  });

  test.each([
    "the item /record/1a2b/secret does not exist",
    "item \"/record/1a2b/secret\" is protected. It can't be deleted, don't try",
    "creds rotation failed: unexpected response code 500: and/or",
  ])("keeps what the kit wrote itself, and the product's words: %s", (text) => {
    expect(error(text)).toEqual({ error: text.replace("/record/1a2b/secret", "<item>") });
  });
});

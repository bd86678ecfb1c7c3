import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ensureTlsFiles } from "../../../harness/commands/gateway/tls-files.ts";

const DAY = 86_400_000;

test("the certificate for a rotator is valid for 90 days, kept while it is good, and its key is private", async () => {
  const directory = mkdtempSync(join(tmpdir(), "tls-files-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const now = Date.UTC(2026, 10, 30);
  const first = await ensureTlsFiles(directory, "127.0.0.1", now);
  const { validTo, subjectAltName } = new X509Certificate(first.cert);
  expect(Date.parse(validTo)).toBe(now + 90 * DAY);
  expect(subjectAltName).toContain("localhost");
  expect(statSync(join(directory, "key.pem")).mode & 0o777).toBe(0o600);
  expect(await ensureTlsFiles(directory, "127.0.0.1", now + 88 * DAY)).toEqual(first);
  const renewed = await ensureTlsFiles(directory, "127.0.0.1", now + 89.5 * DAY);
  expect(renewed.cert).not.toBe(first.cert);
  expect(statSync(join(directory, "key.pem")).mode & 0o777).toBe(0o600);
});

import path from "node:path";
import * as z from "zod";
import type { Gateway } from "../harness/gateway/index.ts";
import { HarnessError } from "../harness/harness-error.ts";
import { runCommand } from "../harness/processes.ts";
import { TESTBED_ITEM, TESTBED_USERNAME, type Testbed } from "../harness/testbed.ts";

const payloadSchema = z.looseObject({
  username: z.literal(TESTBED_USERNAME),
  current_password: z.string(),
});

/** The log lines that the documentation asks a rotator for, in the words of this one. */
const EXPECTED_LOG = ["credentials validated", "password changed", "answer returned"];

/** The password that an application would read from Akeyless now. */
export function currentPassword(gateway: Gateway): string {
  const payload = gateway.item(TESTBED_ITEM)?.versions.at(-1)?.payload ?? "null";
  return payloadSchema.parse(JSON.parse(payload)).current_password;
}

/** Rotates now, in a process of its own, with the SDK. */
export async function rotateWithSdk(testbed: Testbed, signal?: AbortSignal): Promise<void> {
  const script = path.join(import.meta.dirname, "rotate-now.mjs");
  const env = { PATH: process.env.PATH ?? "", ...testbed.clientEnvironment };
  const { code, stderr } = await runCommand(process.execPath, [script, TESTBED_ITEM], {
    env,
    ...(signal ? { signal } : {}),
  });
  if (code !== 0) throw failed(`the SDK's call failed: ${stderr.trim()}`);
}

/**
 * Proves that the last rotation was real: a new version holds a new password, the application
 * accepts it and refuses `before`, and the rotator's log tells the story without a secret.
 */
export async function proveRotation(testbed: Testbed, before: string): Promise<void> {
  const { app, gateway, rotator } = testbed;
  const item = gateway.item(TESTBED_ITEM);
  const after = currentPassword(gateway);
  if (after === before) {
    throw failed(
      `${TESTBED_ITEM} still holds the old password: ${item?.lastError ?? item?.status}`,
    );
  }
  if (!(await app.accepts(TESTBED_USERNAME, after))) {
    throw failed("the application refuses the new password");
  }
  if (await app.accepts(TESTBED_USERNAME, before)) {
    throw failed("the application still accepts the old password");
  }
  for (const message of EXPECTED_LOG) {
    if (!rotator.lines.some(({ msg }) => msg === message)) {
      throw failed(`the rotator's log does not say "${message}"`);
    }
  }
  const passwords = item?.versions.map(
    ({ payload }) => payloadSchema.parse(JSON.parse(payload)).current_password,
  );
  for (const secret of [before, after, gateway.accessKey, ...(passwords ?? [])]) {
    if (rotator.text().includes(secret)) {
      throw failed("the rotator's log contains a secret");
    }
  }
}

function failed(sentence: string): HarnessError {
  return new HarnessError("demo_failed", sentence);
}

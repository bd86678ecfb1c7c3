import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian's package puts it; `.ci/install-products` installs it. */
const CHROMIUM = process.env.ROTATION_KIT_CHROMIUM ?? "/usr/bin/chromium";

/** Whether this machine has the browser. */
export const hasBrowser = existsSync(CHROMIUM);

/** Starts Debian's Chromium. */
export function startBrowser(): Promise<Browser> {
  // Without its sandbox, which needs rights that containers lack: it sees only pages of this machine.
  return chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: false });
}

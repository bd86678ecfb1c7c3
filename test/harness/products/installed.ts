import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where `.ci/install-products` unpacks what no package of the system brings. */
const PRODUCTS = process.env.ROTATION_KIT_PRODUCTS ?? join(homedir(), ".cache/rotation-kit");

/** The folder of an unpacked product. Throws where it is not there, so that nothing is skipped unseen. */
export async function installed(name: string): Promise<string> {
  const folder = join(PRODUCTS, name);
  await access(folder).catch(() => {
    throw new Error(`${name} is not installed: run .ci/install-products, then try again.`);
  });
  return folder;
}

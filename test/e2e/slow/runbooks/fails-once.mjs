// Preloaded into a rotator: while there is a file named `broken` beside its configuration, the next HMAC
// fails as no code expects, and takes the file away.
import crypto from "node:crypto";
import { rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join } from "node:path";

const { createHmac } = crypto;
const broken = join(dirname(process.env.CONFIG), "broken");
crypto.createHmac = (...args) => {
  try {
    rmSync(broken);
  } catch {
    return createHmac(...args);
  }
  throw new TypeError("the digest is broken");
};
syncBuiltinESMExports();

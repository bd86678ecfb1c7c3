// In a repository of one's own: plans both stacks, and prints the comment that publish would write.
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { installProvider, startGateway } from "akeyless-rotation-kit/testing";

const SECRET = "canary-of-the-consumer";
const gateway = await startGateway();
const { environment } = await installProvider(resolve("provider"));
const env = {
  ...process.env,
  ...environment,
  AKEYLESS_GATEWAY: gateway.url,
  AKEYLESS_ACCESS_ID: gateway.accessId,
  AKEYLESS_ACCESS_KEY: gateway.accessKey,
  TF_VAR_warehouse_password: SECRET,
};
const run = async (command, ...args) => {
  const { stdout, stderr } = await promisify(execFile)(command, args, { env });
  if ((stdout + stderr).includes(SECRET)) throw new Error(`${args.join(" ")} shows the password`);
  return stdout;
};
try {
  await run("git", "init", "--quiet");
  const kit = ["--no", "--", "rotation-kit"];
  await run("npx", ...kit, "plan", "--fail-on", "never", "--also", "json=review.json");
  const comment = await run("npx", ...kit, "publish", "--dry-run");
  for (const text of ["production", "staging", "/warehouse", "Digest of this review"]) {
    if (!comment.includes(text)) throw new Error(`the comment does not name ${text}:\n${comment}`);
  }
} finally {
  await gateway.stop();
}

// Synthesizes as `cdktf synth` does: Node loads TypeScript itself where it can, else tsx does.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const loader = process.features.typescript ? [] : ["--import", "tsx"];
execFileSync(process.execPath, [...loader, "main.ts"], { stdio: "inherit" });
for (const name of ["production", "staging"]) {
  const stack = JSON.parse(readFileSync(`cdktf.out/stacks/${name}/cdk.tf.json`, "utf8"));
  if (!stack.resource.akeyless_rotated_secret_custom) throw new Error(`${name} has no secret`);
  if (!stack.output.secret_names.value["/warehouse"]) throw new Error(`${name} names no secret`);
}

// The command line without cdktf: what `npx rotation-kit serve` needs is there.
import { execFileSync, spawnSync } from "node:child_process";

const npx = (...args) => execFileSync("npx", args, { encoding: "utf8" });
const help = npx("akeyless-rotation-kit", "--help");
if (!/^Usage: rotation-kit /.test(help)) throw new Error(`--help prints ${help}`);
npx("rotation-kit", "status", "--help");
const { status, stderr } = spawnSync("npx", ["rotation-kit", "serve", "--config", "none.yaml"], {
  encoding: "utf8",
});
if (status !== 1 || !stderr.startsWith("config_invalid: ")) throw new Error(stderr);

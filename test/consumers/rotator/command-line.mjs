// The command line without cdktf: what `npx rotation-kit serve` needs is there.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const npx = (...args) => execFileSync("npx", args, { encoding: "utf8" });
const help = npx("akeyless-rotation-kit", "--help");
if (!/^Usage: rotation-kit /.test(help)) throw new Error(`--help prints ${help}`);
npx("rotation-kit", "status", "--help");
const { status, stderr } = spawnSync("npx", ["rotation-kit", "serve", "--config", "none.yaml"], {
  encoding: "utf8",
});
if (status !== 1 || !stderr.startsWith("config_invalid: ")) throw new Error(stderr);

// The console comes with the package: page, style and script, and nothing that asks another machine.
const args = ["gateway", "--port", "0", "--tls-port", "0", "--json"];
// Without npx, which would not hand the signal on.
const gateway = spawn("node_modules/.bin/rotation-kit", args);
const [line] = await once(createInterface({ input: gateway.stdout }), "line");
const { url } = JSON.parse(line);
for (const [name, expected] of Object.entries({
  "/console": '<script type="module" src="/console/console.js">',
  "/console/console.css": "prefers-color-scheme",
  "/console/console.js": "With lit-html",
})) {
  const answer = await fetch(`${url}${name}`);
  const text = await answer.text();
  if (!answer.ok || !text.includes(expected)) throw new Error(`${name}: ${answer.status} ${text}`);
}
gateway.kill();
await once(gateway, "exit");

import { createRequire } from "node:module";
import path from "node:path";

/** A command line that deploys what an app of cdktf declares. */
export interface DeployCli {
  readonly name: "cdktn" | "cdktf";
  readonly version: string;
  /** The file to start with Node. */
  readonly script: string;
}

/** test/cli/package.json names both as optional: npm leaves out what does not install here. */
const installed = createRequire(new URL("../cli/package.json", import.meta.url));

/**
 * The command line that starts on this Node: cdktn from Node 22.19 on, cdktf below Node 24.
 * Undefined where neither does.
 */
export function findDeployCli(): DeployCli | undefined {
  return candidate("cdktn", atLeast(22, 19)) ?? candidate("cdktf", loadsTerminal());
}

function candidate(name: DeployCli["name"], starts: boolean): DeployCli | undefined {
  if (!starts) return undefined;
  try {
    const manifest = installed.resolve(`${name}-cli/package.json`);
    const { version }: { version: string } = installed(manifest);
    const script = path.join(path.dirname(manifest), "bundle", "bin", `${name}.js`);
    return { name, version, script };
  } catch {
    return undefined;
  }
}

/**
 * Every command of cdktf-cli but help loads a native terminal module, which has no build for
 * Node 24 (seen with cdktf-cli 0.21).
 */
function loadsTerminal(): boolean {
  try {
    const manifest = installed.resolve("cdktf-cli/package.json");
    createRequire(manifest)("@cdktf/node-pty-prebuilt-multiarch");
    return true;
  } catch {
    return false;
  }
}

function atLeast(major: number, minor: number): boolean {
  const [actualMajor = 0, actualMinor = 0] = process.versions.node.split(".").map(Number);
  return actualMajor > major || (actualMajor === major && actualMinor >= minor);
}

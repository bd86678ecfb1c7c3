import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { build } from "esbuild";

/** The console's script as one file, with lit-html and its license in it. */
export async function bundleConsole(): Promise<Uint8Array> {
  const license = readFileSync(path.join(packageFolder("lit-html"), "LICENSE"), "utf8");
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, "page/main.ts")],
    bundle: true,
    write: false,
    platform: "browser",
    target: "es2023",
    format: "esm",
    minify: true,
    legalComments: "none",
    logLevel: "error",
    banner: { js: `/* With lit-html:\n${license}*/` },
  });
  const [file] = outputFiles;
  if (!file) throw new Error("esbuild left no script of the console");
  return file.contents;
}

function packageFolder(name: string): string {
  const folder = path.join("node_modules", name);
  const main = createRequire(import.meta.url).resolve(name);
  return main.slice(0, main.lastIndexOf(folder) + folder.length);
}

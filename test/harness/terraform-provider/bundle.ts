import path from "node:path";
import { build } from "esbuild";

/** The stand-in providers as one file that needs nothing but Node. */
export async function bundleProvider(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, "main.ts")],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "esm",
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: "error",
    // gRPC is CommonJS and asks for Node's modules by `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const [file] = outputFiles;
  if (!file) throw new Error("esbuild left no bundle of the stand-in provider");
  return file.contents;
}

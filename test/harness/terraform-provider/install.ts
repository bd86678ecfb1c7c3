import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { defaultRelease, type ProviderRelease } from "./akeyless/release.ts";

/** A stand-in provider in the mirror: its name on the registries, and which one `main.ts` serves. */
interface Package {
  readonly namespace: string;
  readonly type: "akeyless" | "null" | "external";
  readonly version: string;
}

/**
 * No real release will carry these numbers, and the build metadata says what they are, in the lock
 * file and in Terraform's output too. They satisfy `~> 2.0`, `~> 3.2` and `~> 2.3`.
 */
const packages: readonly Package[] = [
  { namespace: "akeyless-community", type: "akeyless", version: "2.999.0+standin" },
  { namespace: "hashicorp", type: "null", version: "3.999.0+standin" },
  { namespace: "hashicorp", type: "external", version: "2.999.0+standin" },
];

/** Terraform's and OpenTofu's default registry. Nothing is fetched from either. */
const registries = ["registry.terraform.io", "registry.opentofu.org"];

/** Options of {@link installProvider}. */
export interface InstallOptions {
  /** Which release of the Akeyless provider the stand-in behaves as. @default "2.0.5" */
  readonly release?: ProviderRelease;
}

/** What {@link installProvider} leaves for its caller. */
export interface InstalledProvider {
  /**
   * Environment for `terraform`, `tofu` and `cdktf`, to be added to the caller's own: it makes them
   * use the stand-in providers, ask no other server and write nothing to the user's home.
   */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Builds the stand-in providers for `akeyless-community/akeyless` and `hashicorp/null` below
 * `directory`, as a provider mirror for this machine's platform. Some 100 ms.
 *
 * Terraform records a hash of a provider at `init`: where `directory` is built anew, initialize
 * anew too.
 *
 * @param directory an absolute path, created if need be; you remove it.
 */
export async function installProvider(
  directory: string,
  { release = defaultRelease }: InstallOptions = {},
): Promise<InstalledProvider> {
  const mirror = path.join(directory, "mirror");
  const cdktfHome = path.join(directory, "cdktf-home");
  await mkdir(cdktfHome, { recursive: true });
  const bundle = await provider();
  await Promise.all(
    registries.flatMap((registry) =>
      packages.map((item) => writePackage(path.join(mirror, registry), item, bundle, release)),
    ),
  );
  const configuration = path.join(directory, "terraform.tfrc");
  await writeFile(configuration, configurationOf(mirror));
  return {
    environment: {
      TF_CLI_CONFIG_FILE: configuration,
      TF_IN_AUTOMATION: "1",
      CHECKPOINT_DISABLE: "1",
      CI: "1",
      CDKTF_HOME: cdktfHome,
      // The cdktf CLI would put the stand-in into the user's own cache, under the real one's name.
      CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
      DISABLE_VERSION_CHECK: "1",
    },
  };
}

/** As the package brings it; a checkout makes it from its sources. */
async function provider(): Promise<Uint8Array> {
  const shipped = path.join(import.meta.dirname, "provider.mjs");
  if (existsSync(shipped)) return readFile(shipped);
  const { bundleProvider } = await import("./bundle.ts");
  return bundleProvider();
}

async function writePackage(
  root: string,
  item: Package,
  bundle: Uint8Array,
  release: ProviderRelease,
): Promise<void> {
  const { namespace, type, version } = item;
  const folder = path.join(root, namespace, type, version, platformName());
  const launcher = path.join(folder, `terraform-provider-${type}_v${version}`);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "provider.mjs"), bundle);
  // Terraform starts an executable file. The Node that runs this installs itself as interpreter,
  // so that a provider does not depend on the PATH that Terraform was given.
  const node = process.execPath.replaceAll("'", `'\\''`);
  const script = `#!/bin/sh\nexec '${node}' "$(dirname "$0")/provider.mjs" ${type} ${release}\n`;
  await writeFile(launcher, script);
  await chmod(launcher, 0o755);
}

/** Terraform's name of this platform, e.g. `linux_amd64`. */
function platformName(): string {
  const architectures: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };
  return `${process.platform}_${architectures[process.arch] ?? process.arch}`;
}

function configurationOf(mirror: string): string {
  return [
    "disable_checkpoint = true",
    "provider_installation {",
    "  filesystem_mirror {",
    `    path = ${JSON.stringify(mirror)}`,
    "  }",
    "}",
    "",
  ].join("\n");
}

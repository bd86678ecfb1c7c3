import { readFileSync } from "node:fs";
import path from "node:path";
import { Enums, Models, Serialize, SPDX, Spec, Validation } from "@cyclonedx/cyclonedx-library";

/** What esbuild says of a bundle: the files of each output, with the bytes that they have in it. */
export interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }
    >
  >;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** The folders of the packages whose code is in a bundle, from the top level, sorted. */
function bundledPackages({ outputs }: Metafile): string[] {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const folders = files.flatMap(([file, { bytesInOutput }]) =>
    bytesInOutput > 0 ? (/^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []) : [],
  );
  return [...new Set(folders)].sort();
}

/**
 * The software bill of materials of the bundled rotator, CycloneDX 1.6 in JSON: the packages whose
 * code is in the bundle, with version, licence and the checksum that the lock file has.
 *
 * @throws Error where it does not fit the schema of CycloneDX
 */
export async function sbomOf(kit: string, metafile: Metafile): Promise<string> {
  const manifestOf = (folder: string): Manifest =>
    JSON.parse(readFileSync(path.join(kit, folder, "package.json"), "utf8"));
  const { packages } = JSON.parse(readFileSync(path.join(kit, "package-lock.json"), "utf8"));
  const bom = new Models.Bom();
  const own = componentOf(manifestOf("."), Enums.ComponentType.Application);
  bom.metadata.component = own;
  for (const folder of bundledPackages(metafile)) {
    const component = componentOf(manifestOf(folder), Enums.ComponentType.Library);
    const [, hash] = /^sha512-(.+)$/.exec(packages[folder]?.integrity ?? "") ?? [];
    if (hash !== undefined)
      component.hashes.set(
        Enums.HashAlgorithm["SHA-512"],
        Buffer.from(hash, "base64").toString("hex"),
      );
    bom.components.add(component);
    own.dependencies.add(component.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(
    new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6),
  );
  const text = serializer.serialize(bom, { sortLists: true, space: 2 });
  const problems = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
  if (problems !== null) throw new Error(`not CycloneDX: ${JSON.stringify(problems)}`);
  return `${text}\n`;
}

function componentOf(
  { name, version, license }: Manifest,
  type: Enums.ComponentType,
): Models.Component {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const component = new Models.Component(type, name, { version, purl, bomRef: purl });
  if (license !== undefined)
    component.licenses.add(
      SPDX.isSupportedSpdxId(license)
        ? new Models.SpdxLicense(license)
        : new Models.NamedLicense(license),
    );
  return component;
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PLACEHOLDER_ACCESS_ID } from "../../common/placeholder.ts";
import { toUrl } from "../../common/url.ts";
import { VERSION } from "../../common/version.ts";
import { type CommandIo, processIo } from "../operations/io.ts";

/** What is in a folder, as far as the next step depends on it. */
interface Sight {
  has(file: string): boolean;
  text(file: string): string;
  readonly gateway: string | undefined;
}

/** A step on the way, and how one sees that it is due. */
interface Step {
  readonly isDue: (sight: Sight) => boolean;
  readonly why: string;
  readonly command: string;
}

/** The first that is due is the next. */
const STEPS: readonly Step[] = [
  {
    isDue: ({ has }) => !has("cdktf.json") && !has("rotator.yaml"),
    why: "there is no project in this folder",
    command: "rotation-kit init",
  },
  {
    isDue: ({ has }) => !has("cdktf.json"),
    why: "rotator.yaml is here, and nothing that declares secrets",
    command: "rotation-kit serve --config rotator.yaml --check",
  },
  {
    isDue: ({ has }) => has("package.json") && !has("node_modules"),
    why: "the packages of the project are not installed",
    command: "npm install",
  },
  {
    isDue: ({ has, text }) =>
      has("rotator.yaml") && text("rotator.yaml").includes(PLACEHOLDER_ACCESS_ID),
    why: "rotator.yaml does not name the access id of your gateway yet",
    command: "edit rotator.yaml: akeyless.access_ids",
  },
  {
    isDue: ({ gateway }) => !gateway,
    why: "AKEYLESS_GATEWAY is not set, so there is nothing to deploy to",
    command: "rotation-kit gateway",
  },
  {
    isDue: ({ has }) => !has("cdktf.out"),
    why: "nothing was synthesized yet",
    command: "rotation-kit plan",
  },
];

const LAST = { why: "the project was synthesized", command: "rotation-kit status" };

/** What `rotation-kit` alone says: what it sees in the folder, and the likely next command. */
export function tellNext(folder: string, io: Pick<CommandIo, "out" | "environment"> = processIo) {
  const has = (file: string) => existsSync(join(folder, file));
  const sight: Sight = {
    has,
    text: (file) => readFileSync(join(folder, file), "utf8"),
    gateway: io.environment.AKEYLESS_GATEWAY,
  };
  const seen = ["cdktf.json", "rotator.yaml", "rules.yaml", "cdktf.out"].filter(has);
  const { why, command } = STEPS.find(({ isDue }) => isDue(sight)) ?? LAST;
  io.out(`rotation-kit ${VERSION}: custom rotated secrets of Akeyless as code

Here:      ${seen.join(", ") || "nothing of a project"}
Gateway:   ${shownAddress(sight.gateway)}
So far:    ${why}
Next:      ${command}

What is wrong with a set-up: rotation-kit doctor. Every command: rotation-kit --help.
`);
}

/** An address without what may be a credential in it. */
function shownAddress(address: string | undefined): string {
  if (!address) return "none named";
  const { protocol, host, pathname } = toUrl(address) ?? {};
  return /^https?:$/.test(protocol ?? "")
    ? `${protocol}//${host}${pathname === "/" ? "" : pathname}`
    : "AKEYLESS_GATEWAY holds no address";
}

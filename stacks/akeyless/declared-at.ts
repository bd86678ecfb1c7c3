import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { TerraformElement } from "cdktf";

/**
 * The context by which `rotation-kit plan` asks where resources are declared; its value is the folder
 * to which paths are relative. Without it nothing is traced.
 */
export const TRACE_CONTEXT = "akeyless-rotation-kit/declared-at";

const FRAME = /(?:^|[ (])((?:file:\/\/)?\/[^()]+):(\d+):\d+\)?$/;
const MOST_FRAMES = 100;

/**
 * In which line of the user's code a construct's main resource is declared: the nearest caller that is
 * in the folder, and neither the kit's nor a package's. To be called while it is constructed.
 */
export function declaredAt(element: TerraformElement): string | undefined {
  const base: unknown = element.node.tryGetContext(TRACE_CONTEXT);
  if (typeof base !== "string" || element.node.id !== "Resource") return undefined;
  return placeOf(callers(), base);
}

/** The metadata that cdktf writes beside a resource, with the place. */
export function withPlace(
  { metadata, ...rest }: Readonly<Record<string, object>>,
  place: string | undefined,
): Record<string, object> {
  return { ...rest, metadata: { ...metadata, ...(place !== undefined && { declaredAt: place }) } };
}

interface Frame {
  readonly file: string;
  readonly line: string;
}

/** The calls that led here, this module's own first. */
function callers(): Frame[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = MOST_FRAMES;
  const { stack = "" } = new Error("trace");
  Error.stackTraceLimit = stackTraceLimit;
  return stack.split("\n").flatMap((text): Frame[] => {
    const [, file, line] = FRAME.exec(text) ?? [];
    if (file === undefined || line === undefined) return [];
    return [{ file: file.startsWith("file://") ? fileURLToPath(file) : file, line }];
  });
}

function placeOf([own, ...others]: readonly Frame[], base: string): string | undefined {
  if (own === undefined) return undefined;
  const room = dirname(own.file);
  const kit = [room, `${dirname(room)}${sep}constructs`].map((folder) => folder + sep);
  for (const { file, line } of others) {
    const path = relative(base, file);
    const isUsers = !path.startsWith("..") && !path.split(sep).includes("node_modules");
    if (isUsers && !kit.some((folder) => file.startsWith(folder))) return `${path}:${line}`;
  }
  return undefined;
}

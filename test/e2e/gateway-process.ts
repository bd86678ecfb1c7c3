import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** One line of `rotation-kit gateway --json`. */
export type GatewayLine = Readonly<Record<string, unknown>>;

/** `rotation-kit gateway` as a process. */
export interface GatewayProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly lines: readonly GatewayLine[];
  /** Everything that it wrote. */
  readonly text: () => string;
  post(path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }>;
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** Starts it on free ports and waits until it serves; rejects with its output when it ends before. */
export async function startGatewayProcess(
  more: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<GatewayProcess> {
  const args = ["--import", "tsx", "cli.ts", "gateway", "--json", ...more];
  const child = spawn(process.execPath, [...args, ...ports(more)], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: GatewayLine[] = [];
  const raw: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => raw.push(text));
  const ready = await new Promise<GatewayLine>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      raw.push(line);
      // An error at the start is a document of several lines.
      if (!line.startsWith('{"event"')) return;
      const parsed = JSON.parse(line) as GatewayLine;
      lines.push(parsed);
      if (parsed.event === "ready") resolve(parsed);
    });
    child.once("close", () => reject(new Error(`the gateway ended:\n${raw.join("\n")}`)));
  });
  const url = String(ready.url);
  return {
    child,
    url,
    environment: ready.environment as Record<string, string>,
    lines,
    text: () => raw.join("\n"),
    post: async (path, body) => {
      const response = await fetch(`${url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    end: async (signal) => {
      // Not "exit", after which there can be more to read.
      const closed = once(child, "close");
      child.kill(signal);
      const [code, by] = (await closed) as [number | null, NodeJS.Signals | null];
      return code ?? by;
    },
  };
}

/** A token of its first user. */
export async function tokenOf({ post, environment }: GatewayProcess): Promise<string> {
  const { body } = await post("/auth", {
    "access-id": environment.AKEYLESS_ACCESS_ID,
    "access-key": environment.AKEYLESS_ACCESS_KEY,
  });
  return String(body.token);
}

function ports(more: readonly string[]): string[] {
  return ["--tls-port", "0", ...(more.includes("--port") ? [] : ["--port", "0"])];
}

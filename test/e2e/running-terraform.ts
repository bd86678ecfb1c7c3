import { spawn } from "node:child_process";

/** Terraform while it runs. */
export interface Running {
  readonly pid: number | undefined;
  /** What it has written to stdout and stderr so far. */
  output(): string;
  /** Its exit code, 1 where a signal ended it; once its output has ended too. */
  readonly ended: Promise<number>;
}

/** Starts Terraform in a process group of its own, as a shell does. */
export function startTerraform(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Running {
  const child = spawn("terraform", [...args, "-no-color"], {
    ...options,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve(code ?? 1));
  });
  return { pid: child.pid, output: () => output, ended };
}

import { Command } from "commander";

/** Longest wait for the answer, in milliseconds: shorter than what container engines allow. */
const TIMEOUT_MS = 3_000;

/**
 * `rotator health`: asks the rotator on this machine whether it takes rotations. For images without
 * a shell or curl. Exit code 0: it does; 1: it is stopping, or nobody answers.
 */
export function healthCommand(): Command {
  return new Command("health")
    .description("ask the rotator on this machine whether it accepts rotations")
    .option(
      "--port <port>",
      "metrics.port of the rotator",
      process.env.ROTATOR_METRICS_PORT ?? "9464",
    )
    .action(async ({ port }: { port: string }, command: Command) => {
      const answer = await ask(`http://127.0.0.1:${port}/readyz`);
      if (answer !== "ready") command.error(`not ready: ${answer}`, { exitCode: 1 });
      process.stdout.write("ready\n");
    });
}

async function ask(url: string): Promise<string> {
  if (!URL.canParse(url)) return "the port is not a number from 1 to 65535";
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return answer.ok ? "ready" : `it answers ${answer.status}`;
  } catch {
    return `nothing answers at ${url}`;
  }
}

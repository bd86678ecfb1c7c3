import type { Kind } from "./declarations.ts";
import type { TerraformTimes } from "./terraform.ts";

/** The median of one size and kind. */
export interface TableRow {
  readonly secrets: number;
  readonly kind: Kind;
  readonly milliseconds: number;
}

/** The report of `npm run bench:synth`. */
interface Report {
  readonly date: string;
  readonly machine: {
    readonly node: string;
    readonly cpu: string | undefined;
    readonly cores: number;
  };
  readonly goals: {
    readonly l2ToL1: number;
    readonly growth: number;
    readonly planToBuiltIn: number;
  };
  readonly rows: readonly TableRow[];
  readonly ratios: {
    readonly l2ToL1: Readonly<Record<string, number>>;
    readonly l2ToJson: Readonly<Record<string, number>>;
    readonly growth: number;
  };
  readonly terraform?: TerraformTimes & {
    readonly ratios: { readonly plan: number; readonly apply: number; readonly replan: number };
  };
}

/** The report as Markdown, as it is in docs/benchmarks.md. */
export function renderTables({ date, machine, goals, rows, ratios, terraform }: Report): string {
  const sizes = [...new Set(rows.map(({ secrets }) => secrets))];
  const milliseconds = (kind: string, size: number) =>
    rows.find((row) => row.kind === kind && row.secrets === size)?.milliseconds.toFixed(0);
  const times = (ratio: number | undefined) => `${ratio?.toFixed(2)} ×`;
  const lines = [
    `${date}, Node ${machine.node}, ${machine.cores} × ${machine.cpu}`,
    "",
    "| secrets | constructs and rules | thin layer alone | plain JSON | constructs : thin layer |",
    "|---:|---:|---:|---:|---:|",
    ...sizes.map(
      (size) =>
        `| ${size} | ${milliseconds("l2", size)} ms | ${milliseconds("l1", size)} ms | ${milliseconds("json", size)} ms | ${times(ratios.l2ToL1[size])} |`,
    ),
    "",
    `Goal: at most ${goals.l2ToL1} × the thin layer. 10,000 secrets took ${times(ratios.growth)} of 1,000; goal: at most ${goals.growth} ×.`,
  ];
  if (terraform) {
    const { resources } = terraform;
    const row = (label: string, step: "plan" | "apply" | "replan") =>
      `| ${label} | ${terraform[step].akeyless.toFixed(0)} ms | ${terraform[step].builtIn.toFixed(0)} ms | ${times(terraform.ratios[step])} |`;
    lines.push(
      "",
      `| Terraform, ${resources} resources | stand-in provider | built-in terraform_data | ratio |`,
      "|---|---:|---:|---:|",
      row("plan, nothing there", "plan"),
      row("apply of that plan", "apply"),
      row("plan, everything there", "replan"),
      "",
      `Goal: plan within ${goals.planToBuiltIn} × of the built-in.`,
    );
  }
  return `${lines.join("\n")}\n`;
}

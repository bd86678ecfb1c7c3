import { join } from "node:path";
import { Command } from "commander";
import { defined } from "../../common/defined.ts";
import { plainText } from "../../common/plain-text.ts";
import type { DocumentOf } from "./documents.ts";
import { isOutOfState, readDeclared } from "./drift/declared.ts";
import { type DriftOf, driftOf, undeclaredBelow } from "./drift/drift.ts";
import { repairDrift } from "./drift/repair.ts";
import { type CommandIo, gatewayFor, processIo } from "./io.ts";
import { helpText, printJson, writeTable } from "./output.ts";
import { tellUnmarked, unmarkedIn } from "./state/unmarked.ts";

interface Options {
  readonly out: string;
  readonly stack?: string[];
  readonly path?: string;
  readonly state?: true;
  readonly repair?: true;
  readonly external?: true;
  readonly json?: true;
}

/** `rotation-kit drift`: declared against live, also where a plan cannot see a difference. */
export function driftCommand(io: CommandIo = processIo): Command {
  return new Command("drift")
    .description(
      "compare what is declared with what the gateway shows, including what no plan shows",
    )
    .option("--out <directory>", "folder of the synthesized stacks", "cdktf.out")
    .option("--stack <name...>", "only these stacks (default: all)")
    .option(
      "--path <path>",
      "also list custom rotated secrets below this path that no stack declares",
    )
    .option(
      "--state",
      "also list items whose value the stacks' states do not mark as sensitive (runs terraform state pull)",
    )
    .option(
      "--repair",
      "set what differs to its declared value, through the API; never changes a payload",
    )
    .option(
      "--external",
      "print what Terraform's data source external expects; the exit code is 0 or 1",
    )
    .option("--json", "print one JSON document (rotation-kit/drift/v1)")
    .addHelpText(
      "after",
      helpText("drift", "drift --stack production --path /prod/ --json", "drift --repair"),
    )
    .action(async (options: Options) => {
      const all = readDeclared(options.out, io.environment);
      const declared = all.filter(({ stack }) => options.stack?.includes(stack) ?? true);
      const gateway = gatewayFor(io);
      io.progress?.(`comparing ${declared.length} items and Web Targets ...`);
      const before = await driftOf(gateway, declared);
      const repaired = options.repair ? await repairDrift(gateway, declared, before) : undefined;
      const items = repaired?.length ? await driftOf(gateway, declared) : before;
      for (const name of repaired ?? []) io.err(`${name}: set to what is declared\n`);
      const undeclared = options.path ? await undeclaredBelow(gateway, options.path, all) : [];
      const folders = [...new Set(declared.map(({ stack }) => join(options.out, "stacks", stack)))];
      const unmarked = options.state && (await unmarkedIn(folders, io.environment));
      const ok =
        undeclared.length === 0 &&
        !unmarked?.length &&
        items.every(({ state }) => state === "same" || state === "unknown");
      if (options.external) {
        io.out(`${JSON.stringify({ ok: String(ok), summary: summary(items, undeclared) })}\n`);
        return;
      }
      if (options.json) {
        const document = {
          ok,
          items: items.map(asDocument),
          undeclared,
          ...defined({ unmarked, repaired }),
        };
        printJson(io, "drift", document);
      } else {
        show(io, items, undeclared);
        tellUnmarked(io, unmarked);
      }
      io.setExitCode(ok ? 0 : 2);
    });
}

function asDocument(item: DriftOf): DocumentOf<"drift">["items"][number] {
  const { differences, unseen, unresolved, ...rest } = item;
  return {
    ...rest,
    differences: differences.map(({ seenByProvider, leftText: _, ...difference }) => ({
      ...difference,
      seen_by_provider: seenByProvider,
    })),
    unseen: [...unseen],
    unresolved: [...unresolved],
  };
}

/** One sentence, as an error message of Terraform. */
function summary(items: readonly DriftOf[], undeclared: readonly string[]): string {
  const told = [
    ...items.flatMap(({ name, address, state, differences }) =>
      state === "missing"
        ? [`${name ?? address} does not exist`]
        : differences.map(
            ({ attribute, declared, live }) =>
              `${name ?? address}: ${attribute} is ${live ?? "not set"}, declared ${declared ?? "not set"}`,
          ),
    ),
    ...undeclared.map((name) => `${name} is not declared`),
  ];
  return plainText(told.length === 0 ? "Nothing differs." : `Changed outside: ${told.join("; ")}.`);
}

function show(io: CommandIo, items: readonly DriftOf[], undeclared: readonly string[]): void {
  const rows = [
    ...items.flatMap((item) => rowsOf(item)),
    ...undeclared.map((name) => [name, "-", "(not declared)", "exists", "no"]),
  ];
  if (rows.length > 0) writeTable(io, ["ITEM", "ATTRIBUTE", "DECLARED", "LIVE", "IN PLAN"], rows);
  else io.err(`${items.length} declared, none differs\n`);
  for (const { address, state, unseen, unresolved } of items) {
    if (state === "unknown")
      io.err(`${address}: not compared, its name is known to Terraform only\n`);
    const blind = [...unseen, ...unresolved];
    if (blind.length > 0) io.err(`${address}: not compared: ${blind.join(", ")}\n`);
  }
}

function rowsOf({ name, address, state, differences }: DriftOf): string[][] {
  const label = name ?? address;
  if (state === "missing") {
    return [[label, "-", "exists", "(missing)", isOutOfState({ address }) ? "no" : "yes"]];
  }
  return differences.map(({ attribute, declared, live, reported, seenByProvider }) => [
    label,
    attribute,
    declared ?? "(not set)",
    live ?? (reported ? "(not set)" : "(not reported)"),
    seenByProvider ? "yes" : "no",
  ]);
}

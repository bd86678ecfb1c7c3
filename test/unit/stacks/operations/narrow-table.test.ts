import { expect, test } from "vitest";
import type { CommandIo } from "../../../../stacks/operations/io.ts";
import { writeTable } from "../../../../stacks/operations/output.ts";

const rows = [
  ["proxy", "problem", "requests to gateway.internal go through the proxy p", "add it to NO_PROXY"],
  ["clock", "ok", "both clocks are 0 s apart", ""],
];

function written(place: Pick<CommandIo, "isTerminal" | "columns">): string {
  let text = "";
  const out = (part: string) => {
    text += part;
  };
  writeTable({ ...place, out } as CommandIo, ["CHECK", "RESULT", "EVIDENCE", "REPAIR"], rows);
  return text;
}

test("a table that is wider than the terminal becomes one record a row", () => {
  const text = written({ isTerminal: true, columns: 40 });
  expect(text).toBe(`CHECK     proxy
RESULT    problem
EVIDENCE  requests to gateway.internal
          go through the proxy p
REPAIR    add it to NO_PROXY

CHECK     clock
RESULT    ok
EVIDENCE  both clocks are 0 s apart
`);
});

test("a wide terminal has columns, and a pipe has tabs, however long a line gets", () => {
  expect(written({ isTerminal: true, columns: 120 }).split("\n")[0]).toMatch(
    /^CHECK {2}RESULT {3}/,
  );
  expect(written({ isTerminal: false, columns: 40 }).split("\n")[2]).toBe(
    "clock\tok\tboth clocks are 0 s apart\t",
  );
});

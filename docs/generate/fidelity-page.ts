import { ASSUMED_FACTS, ASSUMPTIONS } from "../../test/harness/gateway/fidelity.ts";
import { code, GENERATED, table } from "./markdown.ts";

/** docs/reference/gateway-fidelity.md, from the table of assumptions. */
export function fidelityPage(): string {
  return `# How close the emulated gateway is

${GENERATED}

The emulated gateway was written from public sources and was never compared with the product.
[emulator.md](emulator.md) says which source each behavior has. This page lists what no source
answers. If you have an account, \`rotation-kit gateway record\` compares it with the
emulator; the last column says how to find out one by one. Please tell us.

## Switches

\`rotation-kit gateway --assume NAME=VALUE\`, or the option of the same name of \`startGateway\`.

${table(
  ["Switch", "Default", "Values", "What is not known", "Why this default", "How to find out"],
  Object.entries(ASSUMPTIONS).map(([name, { value, values, question, why, find }]) => [
    code(name),
    value === "" ? "empty" : code(String(value)),
    typeof values === "string" ? values : values.map((each) => code(String(each))).join(", "),
    question,
    why,
    find,
  ]),
)}

## Assumed, without a switch

${table(
  ["What the emulator does", "How to find out"],
  ASSUMED_FACTS.map((row) => [...row]),
)}
`;
}

import { answerInWords, type Bench } from "../bench.ts";
import { failed, passed, type Verdict, warning } from "../cases.ts";
import type { Received, Sent } from "../subject.ts";
import { rotated } from "./contract.ts";

/** The cases of the profile `authentication`, by their number. */
export const authentication: Readonly<Record<string, (bench: Bench) => Promise<Verdict>>> = {
  A1: async (bench) => refused(bench, await send(bench, { token: undefined })),
  A2: async (bench) => refused(bench, await send(bench, { token: forged(await bench.token()) })),
  A3: async (bench) =>
    refused(bench, await send(bench, { token: await bench.token({ expiresIn: -60 }) })),
  A4: async (bench) =>
    refused(bench, await send(bench, { token: await bench.token({ accessId: "p-stranger" }) })),
  A5: async (bench) => {
    const received = await send(bench, { token: await bench.token({ item: "/of/somebody-else" }) });
    return received.status === 200 ? warning("a token of another item was taken") : passed;
  },
  A6: async (bench) =>
    bench.withValidator("error-before", 0, async () => refused(bench, await send(bench, {}))),
  A7: async (bench) => {
    for (const fault of ["redirect", "wrong-access-id"] as const) {
      const received = await bench.withValidator(fault, 0, () => send(bench, {}));
      if (received.status === 200) return failed(`taken although the validator did: ${fault}`);
    }
    return passed;
  },
  A8: async (bench) => {
    const { limit } = bench.subject;
    const received = await bench.withValidator("slow", limit * 2, () => send(bench, {}));
    if (received.status === 200) return failed("it was answered with 200 without the validator");
    // Nothing was changed, and the gateway gives up by itself.
    return received.status === 0 && received.milliseconds >= limit
      ? warning("it still waited at the time limit")
      : passed;
  },
  A9: async (bench) => rotated(await bench.rotate()),
};

/** Sends; an answer of 200 is stored, so that a failure of one case does not spoil the next. */
async function send(bench: Bench, changes: Partial<Sent>): Promise<Received> {
  const received = await bench.send(changes);
  if (received.payload !== undefined) bench.stored.push(received.payload);
  return received;
}

async function refused(bench: Bench, received: Received): Promise<Verdict> {
  if (received.status === 200) return failed("it was answered with 200");
  if (bench.oracles.login && !(await bench.oracles.login(bench.current)))
    return failed(
      `${answerInWords(received)}, and yet the stored password opens the account no more`,
    );
  return passed;
}

/** The token with another signature. */
function forged(token: string): string {
  const at = token.lastIndexOf(".") + 10;
  return `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
}

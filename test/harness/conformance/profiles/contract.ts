import { answerInWords, type Bench, bodyOf } from "../bench.ts";
import { failed, passed, skipped, type Verdict, warning } from "../cases.ts";
import { parsedPayload } from "../password-in.ts";
import type { Received } from "../subject.ts";

/** The cases of the profile `contract`, by their number. */
export const contract: Readonly<Record<string, (bench: Bench) => Promise<Verdict>>> = {
  C1: async (bench) => rotated(await bench.rotate()),
  C2: async (bench) => rotated(await bench.rotate()),
  C3: async (bench) => {
    const payloads = bench.stored;
    if (payloads.length < 3) return failed("it did not rotate twice");
    return new Set(payloads).size === payloads.length
      ? passed
      : warning("it answered the payload that it was sent");
  },
  C4: async (bench) => {
    const body = JSON.stringify({ payload: bench.current, input: {}, of_tomorrow: [1] });
    const received = await bench.send({ body });
    if (received.payload !== undefined) bench.stored.push(received.payload);
    return rotated(received);
  },
  C5: async (bench) => {
    const received = await bench.send({ method: "GET" });
    return received.status === 200 ? failed("GET was answered with 200") : passed;
  },
  C6: async (bench) => refusedAsWrong([await bench.send({ body: "payload=text" })]),
  C7: async (bench) => {
    const bodies = ["{}", JSON.stringify({ payload: {} }), bodyOf("")];
    const answers: Received[] = [];
    for (const body of bodies) answers.push(await bench.send({ body }));
    return refusedAsWrong(answers);
  },
  C9: async (bench) => {
    const fields = parsedPayload(bench.current);
    if (typeof fields !== "object" || fields === null)
      return skipped("the payload is not a JSON object");
    const padding = "x".repeat(8 * 1024);
    const large = await bench.send({ body: bodyOf(JSON.stringify({ ...fields, padding })) });
    if (large.payload !== undefined) bench.stored.push(withoutPadding(large.payload));
    const again = rotated(await bench.rotate());
    if (again.result !== "passed" || large.payload !== undefined) return again;
    return warning(`${answerInWords(large)}: a payload of 8 KiB was refused`, large);
  },
  C8: async (bench) => {
    const late = bench.subject.exchanges.filter(({ received }) => received.status === 0);
    return late.length === 0
      ? passed
      : failed(`${late.length} requests got no answer in time`, late[0]?.received);
  },
};

function withoutPadding(payload: string): string {
  const fields = parsedPayload(payload);
  if (typeof fields !== "object" || fields === null) return payload;
  return JSON.stringify({ ...fields, padding: undefined });
}

/** Passed for a 200 that keeps the contract. */
export function rotated(received: Received): Verdict {
  if (received.payload !== undefined) return passed;
  return failed(
    received.status === 200
      ? "status 200 without a payload that is a text"
      : `${answerInWords(received)} in place of 200`,
  );
}

function refusedAsWrong(answers: readonly Received[]): Verdict {
  const taken = answers.find(({ status }) => status === 200);
  if (taken) return failed("it was answered with 200", taken);
  const other = answers.find(({ status }) => status < 400 || status > 499);
  return other
    ? warning(`${answerInWords(other)}: refused, but not as a wrong request`, other)
    : passed;
}

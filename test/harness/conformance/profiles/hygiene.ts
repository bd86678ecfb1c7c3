import * as z from "zod";
import { secretsInPayload } from "../../gateway/timeline.ts";
import { answerInWords, type Bench, bodyOf } from "../bench.ts";
import { failed, passed, skipped, type Verdict, warning } from "../cases.ts";
import { parsedPayload, passwordIn } from "../password-in.ts";
import { payloadIn } from "../subject.ts";
import { rotated } from "./contract.ts";

/** The cases of the profile `hygiene`, by their number. */
export const hygiene: Readonly<Record<string, (bench: Bench) => Promise<Verdict>>> = {
  H6: async (bench) => {
    // A password that the system refuses, so that its own error has something to tell. Comes last: a
    // rotator may leave the account alone for a while after it.
    await bench.send({ body: bodyOf(withOtherPassword(bench.current)) });
    for (const { sent, received } of bench.subject.exchanges) {
      if (received.status === 200 || received.status === 0) continue;
      const payload = payloadIn(sent.body);
      const secrets = [
        ...(payload === undefined ? [] : secretsInPayload(payload)),
        sent.token ?? "",
      ];
      const text = `${received.body}\n${received.headers}`;
      if (secrets.some((secret) => secret.length > 5 && text.includes(secret)))
        return failed(
          `an answer with status ${received.status} holds a secret of its request`,
          received,
        );
    }
    return passed;
  },
  H1: async (bench) => {
    const { login } = bench.oracles;
    if (!login) return skipped("no --login was given");
    const old = bench.current;
    const received = await bench.rotate();
    if (received.payload === undefined) return failed(`${answerInWords(received)} in place of 200`);
    if (received.payload === old) return skipped("it answers the payload that it was sent");
    if (!(await login(old))) return passed;
    const oldest = old;
    await bench.rotate();
    return (await login(oldest))
      ? failed("the old password still opens the account two rotations later")
      : warning("the old password opens the account until the next rotation");
  },
  H2: async (bench) => {
    const policy = policyIn(bench.current);
    if (!policy) return skipped("the payload holds no policy");
    const received = await bench.rotate();
    if (received.payload === undefined) return failed(`${answerInWords(received)} in place of 200`);
    const password = passwordIn(bench.current);
    if (password === undefined) return skipped("the payload names no password");
    const breach = breachOf(policy, password);
    return breach === undefined ? passed : failed(`the password has ${breach}`);
  },
  H3: async ({ subject: { url } }) => {
    if (url.protocol === "https:") return passed;
    const here = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
    return here ? warning("http, on this machine") : failed("http to another machine");
  },
  H4: async (bench) => {
    const received = await bench.send({ body: bodyOf("x".repeat(16 * 1024 * 1024)) });
    const again = rotated(await bench.rotate());
    if (again.result !== "passed") return again;
    return received.status === 200 ? warning("a body of 16 MiB was taken") : passed;
  },
  H5: async (bench) => {
    await Promise.all(Array.from({ length: 50 }, () => bench.send({ token: undefined })));
    return rotated(await bench.rotate());
  },
};

const KINDS = {
  lowercase: /[a-z]/,
  uppercase: /[A-Z]/,
  numbers: /[0-9]/,
  symbols: /[^a-zA-Z0-9]/,
} as const;

/** Another rotator may mean something else by a name: what is of another type is not judged. */
const kind = z.boolean().optional().catch(undefined);
const policySchema = z.object({
  length: z.int().optional().catch(undefined),
  ...{ lowercase: kind, uppercase: kind, numbers: kind, symbols: kind },
});

function policyIn(payload: string): z.output<typeof policySchema> | undefined {
  const document = z.object({ policy: policySchema });
  return document.safeParse(parsedPayload(payload)).data?.policy;
}

/** What a password has against a policy. */
function breachOf(policy: z.output<typeof policySchema>, password: string): string | undefined {
  const { length = password.length } = policy;
  if (password.length !== length) return `${password.length} characters, not ${length}`;
  for (const name of ["lowercase", "uppercase", "numbers", "symbols"] as const) {
    const has = KINDS[name].test(password);
    if (policy[name] !== undefined && policy[name] !== has) return `${has ? "" : "no "}${name}`;
  }
  return undefined;
}

/** The payload with a password that is wrong, where it names one. */
function withOtherPassword(payload: string): string {
  const fields = parsedPayload(payload);
  const password = passwordIn(payload);
  if (password === undefined || typeof fields !== "object") return payload;
  const names = ["current_password", "password"].filter((name) =>
    Object.hasOwn(fields ?? {}, name),
  );
  const wrong = Object.fromEntries(names.map((name) => [name, "Wrong-Pa55word-0f-The-Test"]));
  return JSON.stringify({ ...fields, ...wrong });
}

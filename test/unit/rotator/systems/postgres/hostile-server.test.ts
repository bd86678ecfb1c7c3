import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeFailure } from "../../../../../rotator/observability/failure.ts";
import { createAdvisoryLock } from "../../../../../rotator/systems/postgres/advisory-lock.ts";
import { createPostgresSystem } from "../../../../../rotator/systems/postgres/postgres-system.ts";
import type { PostgresServer } from "../../../../../rotator/systems/postgres/session.ts";
import type { Change, Probe } from "../../../../../rotator/systems/system.ts";
import { createAuthority } from "../../../../harness/pki.ts";
import { stepContext } from "../support.ts";
import {
  ALTERED,
  int32,
  LOGGED_IN,
  message,
  READY,
  report,
  type ScriptedServer,
  startScriptedServer,
} from "./scripted-server.ts";

/** Far more than a busy machine needs for an answer. A connection that the server never ends lasts as long. */
const TIMEOUT_MS = 4_000;
const SVC = { username: "svc", password: "first-password" };
const NEXT = { username: "svc", password: "second-password" };
const AUTHENTICATED = message("R", int32(0));
const SASL = message("R", int32(10), "SCRAM-SHA-256\0\0");
const CHALLENGE = message("R", int32(11), "r=x,s=eA==,i=1");

let plain: ScriptedServer;
let secure: ScriptedServer;
let ca: string;
const escaped: unknown[] = [];
const note = (error: unknown) => escaped.push(error);

beforeAll(async () => {
  const authority = await createAuthority();
  ca = authority.cert;
  plain = await startScriptedServer();
  secure = await startScriptedServer(await authority.issue({ hosts: ["localhost"] }));
  process.on("uncaughtException", note);
});
afterAll(async () => {
  process.off("uncaughtException", note);
  await plain.stop();
  await secure.stop();
  expect(escaped).toEqual([]);
});

/** The plaintext server or the one with TLS, following a script. */
function server(kind: string, script: Uint8Array[], hangsUp = false): PostgresServer {
  const scripted = kind === "TLS" ? secure : plain;
  Object.assign(scripted, { script, hangsUp });
  const address = { database: "db", port: scripted.port, timeoutMs: TIMEOUT_MS };
  if (kind !== "TLS") return { ...address, host: "127.0.0.1" };
  return { ...address, host: "localhost", tls: { ca: () => ca } };
}

const systemOn = (at: PostgresServer) => createPostgresSystem({ server: at, authority: "account" });
const probe = (at: PostgresServer) => systemOn(at).probe(SVC, stepContext());
const change = (at: PostgresServer) => systemOn(at).change(SVC, NEXT, stepContext());

const claims = (type: string, length: number) => Buffer.concat([Buffer.from(type), int32(length)]);

/** Answers that mean nothing, whenever they come. */
const ALWAYS: [string, Buffer][] = [
  ["an error without an end", message("E", "SX")],
  ["an error whose last field has no end", message("E", "SX\0C28P01")],
  ["an error without its last byte", message("E", "SX\0C28P01\0")],
  ["an error without a field", message("E")],
  ["a message of 2 GiB", Buffer.concat([claims("N", 0x7f_ff_ff_f0), Buffer.alloc(1024)])],
  ["a message of negative length", Buffer.concat([claims("S", -1), Buffer.alloc(1024)])],
  ["a message shorter than its length", claims("S", 3)],
  ["a message of length 0", claims("R", 0)],
  ["a type that does not exist", message("?", "x")],
  ["HTTP", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ["columns cut short", message("T")],
  ["a negative number of columns", message("T", Buffer.from([0xff, 0xff]))],
  ["a row cut short", message("D", Buffer.from([0x7f, 0xff]))],
  ["a negative number of values", message("D", Buffer.from([0xff, 0xff]))],
  ["a copy cut short", message("H", Buffer.from([0, 0x7f, 0xff]))],
  ["a copy to the server", message("G", Buffer.from([0, 0, 0]))],
  ["a notification nobody asked for", message("A")],
  ["an authentication request without a code", message("R")],
  ["SCRAM's second step", CHALLENGE],
  ["SCRAM's last step", message("R", int32(12), "v=x")],
  ["notices without end", Buffer.concat(Array(70).fill(message("N", "x".repeat(1_000))))],
  ["settings without end", Buffer.concat(Array(9_000).fill(message("S", "a\0b\0")))],
];

describe("a script", () => {
  test.each(ALWAYS)("%s in place of a login", async (_, bytes) => {
    expect(await probe(server("plaintext", [bytes]))).toEqual({
      result: "unknown",
      reason: "unexpected_answer",
    });
    expect(await change(server("plaintext", [bytes]))).toEqual({
      result: "refused",
      reason: "unexpected_answer",
      sent: false,
    });
  });

  test.each(ALWAYS)("%s in place of a statement's end", async (_, bytes) => {
    expect(await change(server("plaintext", [LOGGED_IN, bytes]))).toEqual({
      result: "ambiguous",
      reason: "unexpected_answer",
    });
  });

  test.each([7, 8, 9, 2, 6, 999, -1])("authentication that is not supported, %i", async (code) => {
    const script = [message("R", int32(code))];
    const reason = "authentication_unsupported";
    expect(await probe(server("plaintext", script))).toEqual({ result: "unknown", reason });
    expect(await change(server("plaintext", script))).toEqual({
      result: "refused",
      reason,
      sent: false,
    });
  });

  test.each([
    ["a login that nobody confirmed", [READY]],
    ["a login in the middle of SCRAM", [SASL, LOGGED_IN]],
    ["rows before the login", [Buffer.concat([message("C", "X\0"), LOGGED_IN])]],
    ["two ways to log in", [Buffer.concat([SASL, message("R", int32(3))])]],
    ["a second login", [Buffer.concat([AUTHENTICATED, AUTHENTICATED, READY])]],
    ["many challenges", [SASL, Buffer.concat(Array(1_000).fill(CHALLENGE))]],
  ])("%s is not valid", async (_, script) => {
    expect(await probe(server("plaintext", script))).toMatchObject({ result: "unknown" });
  });

  test("a statement whose end nobody reported is ambiguous", async () => {
    const reason = "unexpected_answer";
    for (const bytes of [READY, Buffer.concat([message("C", "SELECT 1\0"), READY])])
      expect(await change(server("plaintext", [LOGGED_IN, bytes]))).toEqual({
        result: "ambiguous",
        reason,
      });
  });

  test("what a server may say is understood", async () => {
    const chatter = [message("S", "a\0b\0"), message("N", "SX\0\0"), message("K", "12345678")];
    const ready = Buffer.concat([AUTHENTICATED, ...chatter, READY]);
    const altered = Buffer.concat([...chatter, ALTERED]);
    expect(await change(server("plaintext", [ready, altered]))).toEqual({ result: "changed" });
    expect(await probe(server("plaintext", [ready]))).toEqual({ result: "valid" });
    expect(await probe(server("plaintext", [report("28P01")]))).toEqual({ result: "invalid" });
    for (const request of [message("R", int32(3)), message("R", int32(5), "salt")])
      expect(await probe(server("plaintext", [request, ready]))).toEqual({ result: "valid" });
  });

  test("the shared lock fails with a reason, not with the server's text", async () => {
    const said = report("XX000", "first-password");
    const lock = (script: Buffer[]) =>
      createAdvisoryLock(server("plaintext", script), async () => SVC).tryAcquire(
        "a",
        new AbortController().signal,
      );
    for (const script of [[said], [LOGGED_IN, Buffer.concat([said, READY])]]) {
      const failed = await lock(script).catch((error: unknown) => describeFailure(error));
      expect(JSON.stringify(failed)).not.toContain("first-password");
      expect(failed).toMatchObject({ message: expect.stringContaining("sqlstate_xx000") });
    }
  });

  test("the shared lock survives it while it is taken, held and released", async () => {
    const lock = (at: PostgresServer) => createAdvisoryLock(at, async () => SVC);
    const signal = new AbortController().signal;
    const taken = [
      message(
        "T",
        Buffer.from([0, 1]),
        "taken\0",
        Buffer.from("000000000000000000100001ffffffff0000", "hex"),
      ),
      message("D", Buffer.from([0, 1]), int32(1), "t"),
      message("C", "SELECT 1\0"),
      READY,
    ];
    for (const [, bytes] of ALWAYS) {
      for (const script of [[bytes], [LOGGED_IN, bytes]])
        await expect(lock(server("plaintext", script)).tryAcquire("a", signal)).rejects.toThrow();
      const held = [LOGGED_IN, Buffer.concat([...taken, bytes])];
      const released = [LOGGED_IN, Buffer.concat(taken), bytes];
      for (const script of [held, released]) {
        const hold = async () => {
          const release = await lock(server("plaintext", script)).tryAcquire("a", signal);
          await release?.();
        };
        await expect(hold()).rejects.toThrow();
      }
    }
  });
});

/** The messages are read behind TLS as before it; the cases above are not repeated. */
describe("over TLS", () => {
  const HTTP = Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n");
  const reason = "unexpected_answer";

  test("another protocol in place of a login, or of a statement's end, concludes nothing", async () => {
    expect(await probe(server("TLS", [HTTP]))).toEqual({ result: "unknown", reason });
    expect(await change(server("TLS", [LOGGED_IN, HTTP]))).toEqual({ result: "ambiguous", reason });
  });

  test("a good login and a good statement are one", async () => {
    expect(await probe(server("TLS", [LOGGED_IN]))).toEqual({ result: "valid" });
    expect(await change(server("TLS", [LOGGED_IN, ALTERED]))).toEqual({ result: "changed" });
  });
});

test("no connection is left, not even to a server that never hangs up", async () => {
  expect(await change(server("plaintext", [LOGGED_IN, ALTERED]))).toEqual({ result: "changed" });
  const open = () => {
    // Only what is sent to a connection shows that the other side is gone.
    for (const socket of plain.open) socket.write(message("N", "SX\0\0"));
    return plain.open.size;
  };
  expect(open()).toBeGreaterThan(0);
  await expect.poll(open).toBe(0);
});

describe("any bytes", () => {
  const types = fc.constantFrom(..."RSKEN12TDCZAGHdctnIsvW?\0");
  const any = fc
    .tuple(types, fc.uint8Array({ maxLength: 40 }))
    .map(([type, body]) => message(type, body));
  const known = fc.constantFrom(
    ...[AUTHENTICATED, READY, ALTERED, SASL, CHALLENGE, report("28P01"), report("22023")],
  );
  /** Messages in any order, of which some bytes may be others, and which may end too early. */
  const bytes = fc
    .tuple(
      fc.array(fc.oneof(any, known), { maxLength: 6 }).map((parts) => Buffer.concat(parts)),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
      fc.option(fc.nat(), { nil: undefined }),
    )
    .map(([whole, flips, end]) => {
      if (whole.length === 0) return whole;
      for (const [at, value] of flips) whole[at % whole.length] = value;
      return whole.subarray(0, end === undefined ? undefined : end % whole.length);
    });

  /** What may be concluded. */
  async function concludes(work: Promise<Probe | Change>): Promise<string> {
    const { result, sent } = { sent: true, ...(await work) };
    expect(escaped).toEqual([]);
    return sent ? result : `${result}, unsent`;
  }

  test.each([
    "plaintext",
    "TLS",
  ])("end in a result, and in a good one for a reason, over %s", async (kind) => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.boolean(), async (sent, loggedIn) => {
        const script = loggedIn ? [LOGGED_IN, sent] : [sent];
        const said = Buffer.concat(script);
        const at = () => server(kind, script, true);
        if (!loggedIn) {
          const probed = await concludes(probe(at()));
          if (probed === "valid") expect(said.includes(AUTHENTICATED)).toBe(true);
          else if (probed === "invalid") expect(said.includes("28P01")).toBe(true);
          else expect(probed).toBe("unknown");
        }
        const changed = await concludes(change(at()));
        if (changed === "changed") expect(said.includes("ALTER")).toBe(true);
        else if (changed === "rejected") expect(said.includes("22023")).toBe(true);
        else if (changed === "refused") expect(said.includes("28P01")).toBe(true);
        else if (changed === "refused, unsent")
          expect(loggedIn && said.includes(READY)).toBe(false);
        else expect(changed).toBe("ambiguous");
      }),
      { numRuns: kind === "TLS" ? 100 : 300 },
    );
  });

  test.each(["plaintext", "TLS"])("that end too early conclude nothing, over %s", async (kind) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (at) => {
        const login = LOGGED_IN.subarray(0, at % LOGGED_IN.length);
        expect(await concludes(probe(server(kind, [login], true)))).toBe("unknown");
        const altered = ALTERED.subarray(0, at % ALTERED.length);
        expect(await concludes(change(server(kind, [LOGGED_IN, altered], true)))).toBe("ambiguous");
      }),
      { numRuns: 60 },
    );
  });
});

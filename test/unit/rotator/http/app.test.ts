import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { KitError } from "../../../../common/errors/kit-error.ts";
import type { Caller } from "../../../../rotator/authentication/authenticate.ts";
import { BoundItems } from "../../../../rotator/authentication/bound-items.ts";
import { createApp } from "../../../../rotator/http/app.ts";
import { createRotatorLog } from "../../../../rotator/observability/logger.ts";
import { createMetrics } from "../../../../rotator/observability/metrics.ts";
import type { Rotation } from "../../../../rotator/rotation/rotation.ts";
import { type AdmissionOptions, createAdmission } from "../../../../rotator/traffic/admission.ts";
import { Gate } from "../../../../rotator/traffic/gate.ts";
import { createRateLimit } from "../../../../rotator/traffic/rate-limit.ts";
import { listenOnLoopback } from "../../../harness/loopback.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";

const ITEM = "/prod/app";
const BODY = JSON.stringify({ payload: '{"system":"app","username":"svc","password":"old"}' });

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const BINDING = {
  system: "app",
  usernames: ["svc"],
  strategy: "single",
  reconcile: false,
} as const;

const CALLER: Caller = {
  accessId: "p-gateway",
  item: ITEM,
  dryRun: false,
  confirm: async ([item = ""]) => item,
};

type Changes = Partial<Parameters<typeof createApp>[0] & AdmissionOptions>;

async function setUp({ authenticate, rateLimit, items, ...changes }: Changes = {}) {
  const written: string[] = [];
  const rotate = vi.fn<Rotation["rotate"]>(async () => ({
    payload: "new payload",
    outcome: "rotated",
    strategy: "single",
    generation: 1,
  }));
  const stopping = new AbortController();
  const metrics = createMetrics({ running: () => 0, waiting: () => 0 });
  const app = createApp({
    admission: createAdmission({
      authenticate: authenticate ?? (async () => CALLER),
      items: items ?? new BoundItems({ [ITEM]: BINDING }),
      rateLimit: rateLimit ?? (() => {}),
    }),
    rotation: { rotate, check: () => {} },
    gate: new Gate({ concurrency: 2, queue: 2, waitMs: 1_000 }),
    metrics,
    stopping: stopping.signal,
    path: "/rotate",
    bodyBytes: 2_048,
    jsonDepth: 8,
    log: createRotatorLog({ level: "info", write: (line) => written.push(line) }),
    ...changes,
  });
  const server = await listenOnLoopback(app);
  onTestFinished(() => server.stop());
  const send = (
    options: { method?: string; path?: string; headers?: Record<string, string | string[]> } = {},
    body: string | Buffer = BODY,
  ) =>
    new Promise<Answer>((resolve, reject) => {
      const { method = "POST", path = "/rotate", headers = {} } = options;
      const request = httpRequest(
        server.url,
        {
          method,
          path,
          headers: { "content-type": "application/json", akeylesscreds: "token", ...headers },
        },
        async (response) => {
          let text = "";
          for await (const chunk of response.setEncoding("utf8")) text += chunk;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        },
      );
      request.on("error", reject).end(body);
    });
  const lines = () => written.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { url: server.url, send, rotate, metrics, lines, stop: () => stopping.abort() };
}

const codeOf = ({ text }: Answer) => (JSON.parse(text) as { code: string }).code;

test("a rotation is answered with the payload and nothing else", async () => {
  const { send, rotate, lines } = await setUp();
  const answer = await send();
  expect(answer).toMatchObject({ status: 200, text: '{"payload":"new payload"}' });
  expect(answer.headers).toMatchObject({
    "content-type": "application/json",
    "cache-control": "no-store",
  });
  expect(answer.headers).not.toHaveProperty("x-powered-by");
  expect(answer.headers).not.toHaveProperty("etag");
  expect(rotate).toHaveBeenCalledWith(
    expect.objectContaining({ item: ITEM, payload: JSON.parse(BODY).payload }),
  );
  expect(lines().map(({ msg }) => msg)).toEqual(["credentials validated", "answer returned"]);
  expect(new Set(lines().map(({ correlation }) => correlation)).size).toBe(1);
});

test("the wait for a verdict and a turn counts as time of the rotation", async () => {
  const clock = vi.spyOn(performance, "now");
  onTestFinished(() => clock.mockRestore());
  clock.mockReturnValue(1_000);
  const { send, rotate } = await setUp({
    authenticate: async () => {
      clock.mockReturnValue(4_500);
      return CALLER;
    },
  });
  await send();
  expect(rotate).toHaveBeenCalledWith(expect.objectContaining({ waitedMs: 3_500 }));
});

test("an error is a problem document whose correlation is in the log", async () => {
  const rotation: Rotation = {
    rotate: async () => {
      throw new KitError(
        "out_of_sync",
        {},
        {
          cause: new Error("the system said: private words"),
        },
      );
    },
    check: () => {},
  };
  const { send, lines, metrics } = await setUp({ rotation });
  const answer = await send();
  const body = JSON.parse(answer.text);
  expect(answer.status).toBe(409);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  const fields = ["code", "message", "type", "title", "status", "kind", "remedy", "correlation"];
  expect(Object.keys(body)).toEqual(fields);
  expect(body).toMatchObject({ code: "out_of_sync", type: "urn:rotation-kit:error:out_of_sync" });
  expect(answer.text).not.toContain("private words");
  const line = lines().find(({ msg }) => msg === "request refused");
  expect(line).toMatchObject({ correlation: body.correlation, code: "out_of_sync" });
  expect(line?.causes).toEqual(["Error: the system said: private words"]);
  const counted = await metrics.registry.getSingleMetricAsString("rotator_rotations_total");
  expect(counted).toContain('outcome="out_of_sync"');
});

test.each<[string, string, string | undefined]>([
  ["unknown", "current: connection_refused", "connection_refused"],
  ["refused", "candidate: not_permitted", "not_permitted"],
  ["invalid", "current", "login_refused"],
  ["unknown", "current: s3cret_of_a_module", undefined],
  ["valid", "current: timeout", undefined],
])("a failed rotation whose last step was %s (%s) gives the reason %s", async (outcome, detail, reason) => {
  const rotation: Rotation = {
    rotate: async ({ onStep }) => {
      onStep?.({ step: "probe", outcome, ms: 1, detail });
      throw new KitError("system_unavailable");
    },
    check: () => {},
  };
  const { send, lines } = await setUp({ rotation });
  const body = JSON.parse((await send()).text);
  expect(body).toMatchObject({ kind: "passing", remedy: "errors.md#system_unavailable" });
  expect(body.reason).toBe(reason);
  expect(lines().find(({ msg }) => msg === "request refused")?.reason).toBe(reason);
});

test("what nobody expected is internal_error and tells nothing", async () => {
  const rotation: Rotation = {
    rotate: () => Promise.reject(new TypeError("cannot read s3cret")),
    check: () => {},
  };
  const answer = await (await setUp({ rotation })).send();
  expect(answer.status).toBe(500);
  expect(codeOf(answer)).toBe("internal_error");
  expect(answer.text).not.toContain("s3cret");
});

describe("refused before the rotation", () => {
  const payload = (text: string) => JSON.stringify({ payload: text });
  test.each<[string, Parameters<Awaited<ReturnType<typeof setUp>>["send"]>, number, string]>([
    ["another path", [{ path: "/other" }], 404, "not_found"],
    ["the path with two slashes", [{ path: "/rotate//" }], 404, "not_found"],
    ["a query", [{ path: "/rotate?a=1" }], 404, "not_found"],
    ["an empty query", [{ path: "/rotate?" }], 404, "not_found"],
    ["a whole URL as target", [{ path: "http://localhost/rotate" }], 404, "not_found"],
    ["the path in capitals", [{ path: "/ROTATE" }], 404, "not_found"],
    ["another method", [{ method: "PUT" }], 405, "method_not_allowed"],
    [
      "another media type",
      [{ headers: { "content-type": "text/plain" } }],
      415,
      "media_type_unsupported",
    ],
    [
      "another charset",
      [{ headers: { "content-type": "application/json; charset=utf-16" } }],
      415,
      "media_type_unsupported",
    ],
    [
      "a compressed body",
      [{ headers: { "content-encoding": "gzip" } }],
      415,
      "media_type_unsupported",
    ],
    [
      "two media types",
      [{ headers: { "content-type": ["application/json", "text/plain"] } }],
      415,
      "media_type_unsupported",
    ],
    [
      "a body that is compressed on its way",
      [{ headers: { "transfer-encoding": "gzip, chunked" } }],
      415,
      "media_type_unsupported",
    ],
    ["a body too large", [{}, payload("x".repeat(3_000))], 413, "body_too_large"],
    ["no body", [{}, ""], 400, "body_invalid"],
    ["no JSON", [{}, "{"], 400, "body_invalid"],
    ["bytes that are not UTF-8", [{}, Buffer.from([0x22, 0xff, 0x22])], 400, "body_invalid"],
    ["an array", [{}, "[]"], 400, "body_invalid"],
    ["no payload", [{}, "{}"], 400, "body_invalid"],
    ["a payload that is an object", [{}, '{"payload":{}}'], 400, "body_invalid"],
    ["an empty payload", [{}, payload("")], 400, "body_invalid"],
    ["payload twice", [{}, '{"payload":"{}","payload":"{}"}'], 400, "body_invalid"],
    [
      "a deep body",
      [{}, `{"payload":"{}","x":${"[".repeat(20)}${"]".repeat(20)}}`],
      400,
      "body_invalid",
    ],
  ])("%s", async (_name, [options, body], status, code) => {
    const { send, rotate } = await setUp();
    const answer = await send(options, body);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(rotate).not.toHaveBeenCalled();
  });

  test("a payload too large, in a body that is not", async () => {
    const { send, rotate } = await setUp({ bodyBytes: 65_536 });
    const answer = await send({}, payload("x".repeat(32_769)));
    expect([answer.status, codeOf(answer)]).toEqual([413, "payload_too_large"]);
    expect(rotate).not.toHaveBeenCalled();
  });

  test("a target that is not a URL, with a line and a count as every request", async () => {
    const { send, lines, metrics, rotate } = await setUp();
    for (const path of ["http://[::1/rotate", "http://[zz/rotate"]) {
      const answer = await send({ path });
      expect([answer.status, codeOf(answer)], path).toEqual([404, "not_found"]);
      expect(answer.headers["content-type"]).toBe("application/problem+json");
    }
    const refused = { msg: "request refused", code: "not_found", status: 404 };
    expect(lines()).toEqual([1, 2].map(() => expect.objectContaining(refused)));
    const counted = await metrics.registry.getSingleMetricAsString("rotator_requests_total");
    expect(counted).toContain('{code="not_found"} 2');
    expect(rotate).not.toHaveBeenCalled();
  });

  test("405 says what is allowed", async () => {
    expect((await (await setUp()).send({ method: "GET" }, "")).headers.allow).toBe("POST");
  });

  test("nothing of the body is read before the caller is known", async () => {
    const authenticate = async () => {
      throw new KitError("credentials_rejected");
    };
    const { send } = await setUp({ authenticate });
    const answer = await send({ headers: { "transfer-encoding": "chunked" } }, "x".repeat(1_000));
    expect([answer.status, codeOf(answer)]).toEqual([401, "credentials_rejected"]);
    expect(answer.headers["www-authenticate"]).toBe("AkeylessCreds");
    expect(answer.headers.connection).toBe("close");
  });

  test("a caller who is refused is told so before the body is there", async () => {
    const authenticate = async () => {
      throw new KitError("credentials_rejected");
    };
    const { url } = await setUp({ authenticate });
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write(
      "POST /rotate HTTP/1.1\r\nHost: a\r\nAkeylessCreds: token\r\nContent-Length: 9\r\n\r\n",
    );
    const [answer] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1\.1 401 /);
  });

  test("two AkeylessCreds headers arrive as two", async () => {
    const authenticate = vi.fn(async () => CALLER);
    const { send } = await setUp({ authenticate });
    await send({ headers: { akeylesscreds: ["one", "two"] } });
    expect(authenticate).toHaveBeenCalledWith(["one", "two"]);
  });

  test("everything, as soon as the process stops", async () => {
    const { send, stop, rotate } = await setUp();
    stop();
    const answer = await send();
    expect([answer.status, codeOf(answer), answer.headers["retry-after"]]).toEqual([
      503,
      "stopping",
      "5",
    ]);
    expect(rotate).not.toHaveBeenCalled();
  });

  test("what the gate or the rate limit has no room for, with Retry-After", async () => {
    const rateLimit = () => {
      throw new KitError("rate_limited");
    };
    const limited = await (await setUp({ rateLimit })).send();
    expect([limited.status, limited.headers["retry-after"]]).toEqual([429, "60"]);
    const gate = new Gate({ concurrency: 0, queue: 0, waitMs: 1 });
    const full = await (await setUp({ gate })).send();
    expect([full.status, codeOf(full), full.headers["retry-after"]]).toEqual([
      503,
      "overloaded",
      "5",
    ]);
  });
});

test.each([
  "application/json",
  "application/json; charset=utf-8",
  'APPLICATION/JSON;charset="UTF-8"',
  "application/json;charset=utf8",
])("media type %s is JSON", async (type) => {
  const { send } = await setUp();
  expect((await send({ headers: { "content-type": type } })).status).toBe(200);
});

test("a slash at the end of the path is tolerated", async () => {
  const { send } = await setUp();
  expect((await send({ path: "/rotate/" })).status).toBe(200);
});

test("each access id has its own rate for each item", async () => {
  const authenticate = async ([accessId = "", item = ""]: readonly string[]) => ({
    ...CALLER,
    accessId,
    item,
  });
  const items = new BoundItems({ [ITEM]: BINDING, "/prod/other": BINDING });
  const rateLimit = createRateLimit(1, new VirtualClock(0));
  const { send } = await setUp({ authenticate, items, rateLimit });
  const status = async (...akeylesscreds: string[]) =>
    (await send({ headers: { akeylesscreds } })).status;
  expect(await status("p-one", ITEM)).toBe(200);
  expect(await status("p-one", ITEM)).toBe(429);
  expect(await status("p-one", "/prod/other")).toBe(200);
  expect(await status("p-two", ITEM)).toBe(200);
});

test.each([
  ["no Host", "HTTP/1.0", ""],
  ["two Hosts", "HTTP/1.1", "Host: a.example\r\nHost: b.example\r\n"],
  ["an empty Host", "HTTP/1.1", "Host:\r\n"],
])("a request with %s is refused", async (_name, version, headers) => {
  const { url, rotate } = await setUp();
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  const more = "Connection: close\r\nAkeylessCreds: token\r\nContent-Length: 2\r\n\r\n{}";
  socket.end(`POST /rotate ${version}\r\n${headers}${more}`);
  let text = "";
  for await (const chunk of socket) text += chunk;
  expect(text).toMatch(/^HTTP\/1\.1 400 .*"code":"host_invalid"/s);
  expect(rotate).not.toHaveBeenCalled();
});

describe("where the token names none of several items", () => {
  const unnamed = (confirm: Caller["confirm"]): Caller => {
    const { item: _, ...caller } = CALLER;
    return { ...caller, confirm };
  };
  const items = new BoundItems({
    [ITEM]: BINDING,
    "/prod/other": BINDING,
    "/prod/third": { ...BINDING, usernames: ["somebody"] },
  });

  test("Akeyless is asked about those that fit the payload, and the one it confirms is rotated", async () => {
    const confirm = vi.fn<Caller["confirm"]>(async () => "/prod/other");
    const { send, rotate } = await setUp({ items, authenticate: async () => unnamed(confirm) });
    expect((await send()).status).toBe(200);
    expect(confirm).toHaveBeenCalledWith([ITEM, "/prod/other"]);
    expect(rotate).toHaveBeenCalledWith(expect.objectContaining({ item: "/prod/other" }));
  });

  test("a payload without system and user name is refused", async () => {
    const confirm = vi.fn<Caller["confirm"]>();
    const { send } = await setUp({ items, authenticate: async () => unnamed(confirm) });
    const answer = await send({}, JSON.stringify({ payload: '{"system":"app"}' }));
    expect([answer.status, codeOf(answer)]).toEqual([400, "payload_invalid"]);
    expect(confirm).not.toHaveBeenCalled();
  });
});

test("fields beside the payload are ignored, as the gateway may begin to send some", async () => {
  const { send } = await setUp();
  expect((await send({}, '{"client_info":{},"payload":"{}"}')).status).toBe(200);
});

test("a dry run is checked and comes back as it came", async () => {
  const check = vi.fn();
  const rotate = vi.fn<Rotation["rotate"]>();
  const { send } = await setUp({
    authenticate: async () => ({ ...CALLER, accessId: "p-custom", dryRun: true }),
    rotation: { rotate, check },
  });
  expect((await send()).text).toBe(BODY);
  expect(check).toHaveBeenCalledOnce();
  expect(rotate).not.toHaveBeenCalled();
});

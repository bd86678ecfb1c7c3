/** A request that may be anything but sensible. */
export interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
  /** Whether the credentials are genuine, so that the rotation may reach the system. */
  readonly genuine: boolean;
}

/** Numbers from 0 (inclusive) to 1 that follow from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes requests that are near a good one; each part is bent in one of the ways of an attacker. */
export function createFuzzer(random: () => number, genuineToken: string) {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const below = (limit: number) => Math.floor(random() * limit);
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => below(256)));

  const mutate = (text: string): Buffer => {
    const buffer = Buffer.from(text);
    for (let count = 1 + below(4); count > 0; count -= 1) {
      if (buffer.length > 0) buffer[below(buffer.length)] = below(256);
    }
    return random() < 0.3 ? buffer.subarray(0, below(buffer.length + 1)) : buffer;
  };

  const headerSafe = (buffer: Buffer) => buffer.toString("latin1").replace(/[^\x21-\x7e]/g, "~");
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const forged = (header: unknown, claims: unknown) =>
    `${encode(header)}.${encode(claims)}.${bytes(8).toString("base64url")}`;
  const now = Math.floor(Date.now() / 1000);
  const odd = [null, 0, -1, 1e308, "", "x", [], {}, true, "\u0000", "__proto__", "\ud800 half"];

  const token = (): string | string[] => {
    switch (below(9)) {
      case 0:
        return headerSafe(mutate(genuineToken));
      case 1:
        return headerSafe(bytes(below(200)));
      case 2:
        return forged({ alg: pick(["none", "HS256", "ES256", "", "NONE"]) }, {});
      case 3:
        return forged({ alg: "ES256" }, { exp: pick(odd), iat: pick(odd), attaches: pick(odd) });
      case 4:
        return forged(
          { alg: "ES256" },
          { exp: now + 60, attaches: `{"item_name":${JSON.stringify(pick(odd))}}` },
        );
      case 5:
        return forged({ alg: "ES256" }, { exp: now + 60, attaches: '{"item_name":"/item/0"}' });
      case 6:
        return [genuineToken, genuineToken];
      case 7:
        return "e".repeat(below(12_000));
      default:
        return forged(pick(odd), pick(odd));
    }
  };

  const payload = (): string =>
    pick([
      () => JSON.stringify({ system: "memory", username: "user-0", password: "wrong password" }),
      () => JSON.stringify({ system: pick(odd), username: pick(odd), password: pick(odd) }),
      () => JSON.stringify({ system: "other", username: "user-0", password: "x" }),
      () => `{"system":"memory","system":"memory","username":"user-0"}`,
      () => JSON.stringify({ system: "memory", username: "user-0", password: pick(odd) }),
      () => `{"system":"memory","username":"user-0","password":"x","_rotation":${"[".repeat(50)}}`,
      () =>
        JSON.stringify({
          system: "memory",
          username: "user-0",
          password: "x",
          _rotation: pick(odd),
        }),
      () =>
        JSON.stringify({ system: "memory", username: "user-0", password: "x", policy: pick(odd) }),
      () => `{"__proto__":{"system":"memory"},"constructor":1}`,
      () => bytes(below(300)).toString("latin1"),
      () => "x".repeat(below(40_000)),
      () => `{"a":${"9".repeat(below(400) + 1)}}`,
    ])();

  const body = (): Buffer =>
    pick([
      () => Buffer.from(JSON.stringify({ payload: payload() })),
      () => Buffer.from(JSON.stringify({ payload: pick(odd), extra: pick(odd) })),
      () => mutate(JSON.stringify({ payload: payload() })),
      () => bytes(below(500)),
      () => Buffer.from("[".repeat(below(60_000))),
      () => Buffer.alloc(below(80_000), 0x20),
      () => Buffer.from('{"payload":"{}","payload":"{}"}'),
      () => Buffer.alloc(0),
    ])();

  return (): FuzzedRequest => {
    const headers: Record<string, string | string[]> = {};
    if (random() < 0.4) headers.akeylesscreds = genuineToken;
    else if (random() < 0.9) headers.akeylesscreds = token();
    if (random() < 0.9) {
      headers["content-type"] =
        random() < 0.8
          ? "application/json"
          : pick(["text/plain", "application/json; charset=utf-7", "x", "multipart/form-data"]);
    }
    if (random() < 0.05) headers["content-encoding"] = pick(["gzip", "br", "identity", "x"]);
    if (random() < 0.05) headers["x-forwarded-for"] = headerSafe(bytes(20));
    const path =
      random() < 0.9
        ? "/rotate"
        : pick(["/", "//rotate", "/rotate/", "/rotate?x=1", "/%2e%2e/rotate", "/ROTATE", "/%zz"]);
    const method = random() < 0.95 ? "POST" : pick(["GET", "PUT", "DELETE", "OPTIONS", "PATCH"]);
    // A bent token now and then comes out as it was: a byte may be replaced by itself.
    const genuine = headers.akeylesscreds === genuineToken;
    return { method, path, headers, body: body(), genuine };
  };
}

/** Bytes that are not HTTP, or HTTP that contradicts itself. */
export function createGarbage(random: () => number): () => Buffer {
  const good = "POST /rotate HTTP/1.1\r\nHost: localhost\r\n";
  const samples = [
    "GET",
    `${good}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`,
    `${good}Expect: something\r\nContent-Length: 2\r\n\r\n{}`,
    "\r\n\r\n\r\n",
    `${good}Content-Length: -1\r\n\r\n`,
    `${good}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
    `${good}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${good}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `${good}AkeylessCreds: a\r\n b\r\n\r\n`,
    `${good}Bad Header: x\r\n\r\n`,
    `${good}X: ${"x".repeat(40_000)}\r\n\r\n`,
    "POST http://169.254.169.254/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: x\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "POST /rotate HTTP/9.9\r\n\r\n",
    "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc",
  ];
  return () => {
    const text = samples[Math.floor(random() * samples.length)] ?? "";
    const buffer = Buffer.from(text, "latin1");
    if (random() < 0.5) buffer[Math.floor(random() * buffer.length)] = Math.floor(random() * 256);
    return buffer;
  };
}

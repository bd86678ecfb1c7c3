import { describe, expect, test, vi } from "vitest";
import { KitError } from "../../../../common/errors/kit-error.ts";
import {
  type AuthenticationOptions,
  createAuthenticate,
} from "../../../../rotator/authentication/authenticate.ts";
import type { Validate } from "../../../../rotator/authentication/validator.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";
import { NOW, token } from "./tokens.ts";

function setUp(options: Partial<AuthenticationOptions> = {}) {
  const clock = new VirtualClock(NOW);
  const validate = vi.fn<Validate>(async ({ accessId }) => ({ genuine: true, accessId }));
  const authenticate = createAuthenticate({
    accessIds: ["p-gateway"],
    items: new Set(["/prod/app", "/prod/other"]),
    allowDryRun: false,
    tokenBytes: 8_192,
    gate: { run: (task) => task() },
    validate,
    clock,
    ...options,
  });
  const code = (...headers: string[]) =>
    authenticate(headers).then(
      () => "accepted",
      (error: KitError) => error.code,
    );
  return { clock, validate, authenticate, code };
}

describe("without asking Akeyless", () => {
  test.each<[string, string[], string]>([
    ["no header", [], "credentials_missing"],
    ["an empty header", [""], "credentials_missing"],
    ["two headers", [token(), token()], "credentials_malformed"],
    ["an oversized header", [token({ x: "x".repeat(9_000) })], "credentials_malformed"],
    ["an unsigned token", [token({}, { alg: "none" })], "credentials_malformed"],
    ["an expired token", [token({ exp: NOW / 1000 - 60 })], "credentials_expired"],
    ["an item of nobody", [token({ attaches: '{"item_name":"/x"}' })], "item_not_allowed"],
    [
      "an item that objects inherit",
      [token({ attaches: '{"item_name":"__proto__"}' })],
      "item_not_allowed",
    ],
    ["no item where there are several", [token({ attaches: "" })], "item_not_allowed"],
    ["a dry run that is not allowed", [token({ access_id: "p-custom" })], "dry_run_not_allowed"],
  ])("refuses %s", async (_name, headers, expected) => {
    const { code, validate } = setUp();
    expect(await code(...headers)).toBe(expected);
    expect(validate).not.toHaveBeenCalled();
  });
});

describe("Akeyless decides", () => {
  test("is asked for the configured access id and the item of the token", async () => {
    const { authenticate, validate } = setUp();
    const identity = await authenticate([token()]);
    expect(identity).toEqual({ accessId: "p-gateway", item: "/prod/app", dryRun: false });
    expect(validate).toHaveBeenCalledWith({
      token: token(),
      accessId: "p-gateway",
      item: "/prod/app",
    });
  });

  test("a refusal, or a confirmation of somebody else, is a refusal", async () => {
    expect(await setUp({ validate: async () => ({ genuine: false }) }).code(token())).toBe(
      "credentials_rejected",
    );
    const foreign: Validate = async () => ({ genuine: true, accessId: "p-foreign" });
    expect(await setUp({ validate: foreign }).code(token())).toBe("credentials_rejected");
  });

  test("no answer is never a yes and never a no", async () => {
    const validate: Validate = async () => {
      throw new KitError("validator_unavailable");
    };
    expect(await setUp({ validate }).code(token())).toBe("validator_unavailable");
  });

  test("is never asked for an access id that only the token names", async () => {
    const { code, validate } = setUp({ accessIds: ["p-one", "p-two"] });
    validate.mockResolvedValue({ genuine: false });
    await code(token({ access_id: "p-attacker" }));
    expect(validate.mock.calls.map(([question]) => question.accessId)).toEqual(["p-one", "p-two"]);
  });

  test("is not asked about one access id after the other for ever", async () => {
    const { clock, code, validate } = setUp({ accessIds: ["p-one", "p-two", "p-three"] });
    validate.mockImplementation(async () => {
      await clock.advance(2_000);
      return { genuine: false };
    });
    expect(await code(token({ access_id: "p-attacker" }))).toBe("validator_unavailable");
    expect(validate).toHaveBeenCalledTimes(2);
    expect(await code(token({ access_id: "p-three" }))).toBe("credentials_rejected");
  });

  test("is asked about the only item where the token names none", async () => {
    const { authenticate } = setUp({ items: new Set(["/only"]) });
    expect((await authenticate([token({ attaches: "" })])).item).toBe("/only");
  });

  test("confirms dry runs too, where they are allowed", async () => {
    const { authenticate, validate } = setUp({ allowDryRun: true });
    expect(await authenticate([token({ access_id: "p-custom" })])).toMatchObject({ dryRun: true });
    expect(validate).toHaveBeenCalledWith(expect.objectContaining({ accessId: "p-custom" }));
  });
});

describe("verdicts are remembered", () => {
  test("one call for many requests at once and for 30 seconds", async () => {
    const { authenticate, validate, clock } = setUp();
    await Promise.all(Array.from({ length: 50 }, () => authenticate([token()])));
    await clock.advance(29_000);
    await authenticate([token()]);
    expect(validate).toHaveBeenCalledTimes(1);
    await clock.advance(1_001);
    await authenticate([token()]);
    expect(validate).toHaveBeenCalledTimes(2);
  });

  test("never beyond the token's own end", async () => {
    const { code, validate, clock } = setUp();
    const short = token({ exp: NOW / 1000 + 10 });
    await code(short);
    await clock.advance(10_001);
    await code(short);
    expect(validate).toHaveBeenCalledTimes(2);
    await clock.advance(31_000);
    expect(await code(short)).toBe("credentials_expired");
  });

  test("no longer where the machine's clock is set back", async () => {
    const { authenticate, code, validate, clock } = setUp();
    await authenticate([token()]);
    validate.mockResolvedValue({ genuine: false });
    clock.set(-10_000);
    await clock.advance(30_001);
    expect(await code(token())).toBe("credentials_rejected");
    clock.set(-10_000);
    await clock.advance(3_001);
    validate.mockResolvedValue({ genuine: true, accessId: "p-gateway" });
    expect(await code(token())).toBe("accepted");
    clock.set(3_600_000_000);
    expect(await code(token())).toBe("credentials_expired");
  });

  test("a refusal for 3 seconds, an outage not at all", async () => {
    const { code, validate, clock } = setUp();
    validate.mockResolvedValueOnce({ genuine: false });
    expect(await code(token())).toBe("credentials_rejected");
    expect(await code(token())).toBe("credentials_rejected");
    expect(validate).toHaveBeenCalledTimes(1);
    await clock.advance(3_001);
    validate.mockRejectedValueOnce(new KitError("validator_unavailable"));
    expect(await code(token())).toBe("validator_unavailable");
    expect(await code(token())).toBe("accepted");
  });

  test("one token's verdict says nothing about another", async () => {
    const { code, validate } = setUp();
    await code(token());
    validate.mockResolvedValue({ genuine: false });
    expect(await code(token({ jti: "2" }))).toBe("credentials_rejected");
  });
});

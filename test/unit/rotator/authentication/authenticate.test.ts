import { describe, expect, test, vi } from "vitest";
import { KitError } from "../../../../common/errors/kit-error.ts";
import {
  type AuthenticationOptions,
  createAuthenticate,
} from "../../../../rotator/authentication/authenticate.ts";
import { BoundItems } from "../../../../rotator/authentication/bound-items.ts";
import type { Validate } from "../../../../rotator/authentication/validator.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";
import { NOW, token } from "./tokens.ts";

const bound = (...names: string[]) =>
  new BoundItems(
    Object.fromEntries(
      names.map((name) => [
        name,
        { system: "app", usernames: ["svc"], strategy: "single", reconcile: false },
      ]),
    ),
  );

function setUp(options: Partial<AuthenticationOptions> = {}) {
  const clock = new VirtualClock(NOW);
  const validate = vi.fn<Validate>(async ({ accessId }) => ({ genuine: true, accessId }));
  const authenticate = createAuthenticate({
    accessIds: ["p-gateway"],
    items: bound("/prod/app", "/prod/other"),
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
    const caller = await authenticate([token()]);
    expect(caller).toMatchObject({ accessId: "p-gateway", item: "/prod/app", dryRun: false });
    expect(validate).toHaveBeenCalledWith(
      expect.objectContaining({ token: token(), accessId: "p-gateway", item: "/prod/app" }),
    );
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
    const { authenticate } = setUp({ items: bound("/only") });
    expect((await authenticate([token({ attaches: "" })])).item).toBe("/only");
  });

  test("confirms dry runs too, where they are allowed", async () => {
    const { authenticate, validate } = setUp({ allowDryRun: true });
    expect(await authenticate([token({ access_id: "p-custom" })])).toMatchObject({ dryRun: true });
    expect(validate).toHaveBeenCalledWith(expect.objectContaining({ accessId: "p-custom" }));
  });
});

test("every request is validated, also one that comes with the same token at the same time", async () => {
  const { authenticate, validate } = setUp();
  await Promise.all(Array.from({ length: 5 }, () => authenticate([token()])));
  await authenticate([token()]);
  expect(validate).toHaveBeenCalledTimes(6);
});

describe("where the token names none of several items", () => {
  const ITEMS = ["/prod/app", "/prod/other", "/prod/third"];
  const unnamed = [token({ attaches: "" })];

  /** An Akeyless for which the token is about these items. */
  const about = (...genuine: string[]): Validate =>
    vi.fn<Validate>(async ({ accessId, item }) =>
      item === undefined || genuine.includes(item)
        ? { genuine: true, accessId }
        : { genuine: false },
    );

  const setUpAbout = (...genuine: string[]) =>
    setUp({ items: bound(...ITEMS), validate: about(...genuine) });

  test("the caller is confirmed first, without an item", async () => {
    const validate = about();
    const { authenticate } = setUp({ items: bound(...ITEMS), validate });
    expect(await authenticate(unnamed)).not.toHaveProperty("item");
    expect(validate).toHaveBeenCalledOnce();
    expect(vi.mocked(validate).mock.calls[0]?.[0]).not.toHaveProperty("item");
  });

  test("the only item that Akeyless confirms is the item", async () => {
    const { authenticate } = setUpAbout("/prod/other");
    const { confirm } = await authenticate(unnamed);
    expect(await confirm(ITEMS)).toBe("/prod/other");
  });

  test.each<[string, string[], string[]]>([
    ["none is confirmed", ["/prod/app"], ["/prod/other"]],
    ["several are confirmed", ["/prod/app", "/prod/other"], ITEMS],
    ["nothing fits the payload", ["/prod/app"], []],
    ["far too many fit", ["/prod/app"], Array.from({ length: 9 }, (_, n) => `/prod/${n}`)],
  ])("refused where %s", async (_name, genuine, asked) => {
    const { authenticate } = setUpAbout(...genuine);
    const { confirm } = await authenticate(unnamed);
    await expect(confirm(asked)).rejects.toMatchObject({ code: "item_not_allowed" });
  });

  test("no answer about one of them is never a no", async () => {
    const { authenticate, validate } = setUp({ items: bound(...ITEMS) });
    const { confirm } = await authenticate(unnamed);
    validate.mockRejectedValueOnce(new KitError("validator_unavailable"));
    await expect(confirm(ITEMS)).rejects.toMatchObject({ code: "validator_unavailable" });
  });
});

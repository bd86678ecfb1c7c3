import { describe, expect, test } from "vitest";
import { KitError } from "../../../../common/errors/kit-error.ts";
import type { Gateway } from "../../../../stacks/gateway/client.ts";
import { withTakenNames } from "../../../../stacks/operations/review/taken-names.ts";
import { reviewCommand } from "../../../../stacks/operations/review-command.ts";
import { type Review, reviewSchema } from "../../../../stacks/review/review-schema.ts";
import { setStage } from "../../harness/gateway/api.ts";
import { PLANS } from "../review/plans.ts";
import { runKit } from "./run-command.ts";

const PLAN = `${PLANS}update-after-rotation/plan.json`;
const CANARY = "canary-of-a-rotator-Q7";

const stage = async () => {
  const found = await setStage();
  const { gateway } = found;
  const environment = {
    AKEYLESS_GATEWAY: gateway.url,
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
  };
  const now = () => gateway.clock.now();
  const review = (...args: readonly string[]) =>
    runKit(reviewCommand, [PLAN, ...args], environment, { now });
  return { ...found, environment, review };
};
const parsed = (stdout: string): Review => reviewSchema.parse(JSON.parse(stdout));
const SCHEDULE = { "auto-rotate": "true", "rotation-interval": "30", "rotation-hour": "2" };

test("the gateway says when a secret rotated last and rotates next: apply before, or plan anew", async () => {
  const { createSecret, rotate, review } = await stage();
  await createSecret(SCHEDULE);
  await rotate();
  const [rotation] = parsed((await review("--format", "json")).stdout).stacks[0]?.rotations ?? [];
  expect(rotation).toEqual({
    name: "/prod/app",
    last: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/),
    next: expect.stringMatching(/^\d{4}-\d\d-\d\d 02:00 UTC$/),
  });
  for (const format of ["terminal", "markdown", "html", "github"]) {
    const { stdout } = await review("--format", format);
    const plain = stdout.replaceAll(/[`\s]+/g, " ");
    expect(plain, format).toContain(`apply before ${rotation?.next}, or plan anew`);
  }
  for (const format of ["sarif", "junit"]) {
    expect((await review("--format", format)).stdout, format).toContain(rotation?.next);
  }
});

test("the last error is told by status and code, never in the rotator's own words", async () => {
  const { createSecret, rotator, rotate, review } = await stage();
  await createSecret(SCHEDULE);
  rotator.answer = () => ({
    status: 409,
    body: `{"code":"out_of_sync","message":"${CANARY}"}`,
  });
  await rotate();
  const { stdout } = await review("--format", "json");
  expect(parsed(stdout).stacks[0]?.rotations).toMatchObject([
    { name: "/prod/app", error: "the rotator answered 409 (out_of_sync)" },
  ]);
  rotator.answer = () => ({ status: 500, body: CANARY });
  await rotate();
  for (const format of ["json", "terminal", "markdown", "html", "sarif", "junit", "github"]) {
    const { stdout: said, stderr } = await review("--format", format);
    expect(said.replaceAll(/\s+/g, " "), format).toContain("the rotator answered 500");
    expect(said + stderr, format).not.toContain(CANARY);
  }
});

test("a review changes nothing at the gateway", async () => {
  const { gateway, createSecret, review } = await stage();
  await createSecret(SCHEDULE);
  const before = JSON.stringify(gateway.item("/prod/app"));
  await review("--format", "json");
  expect(JSON.stringify(gateway.item("/prod/app"))).toBe(before);
});

test("a gateway that does not answer is named in the review, and the review's verdict stays", async () => {
  const { environment } = await stage();
  const away = { ...environment, AKEYLESS_GATEWAY: "http://127.0.0.1:9" };
  const run = (...args: readonly string[]) => runKit(reviewCommand, [PLAN, ...args], away);
  const [asked, silent] = [
    await run("--format", "json"),
    await run("--format", "json", "--no-live"),
  ];
  const [withGateway, without] = [parsed(asked.stdout), parsed(silent.stdout)];
  expect(withGateway.stacks[0]?.blind_spots.join()).toMatch(
    /rotate next: the gateway did not say \(gateway_unreachable\)/,
  );
  expect(without.stacks[0]?.blind_spots.join()).not.toMatch(/gateway/);
  expect(withGateway.verdict).toEqual(without.verdict);
  expect(withGateway.digest).toBe(without.digest);
  expect(asked.exitCode).toBe(silent.exitCode);
});

describe("a plan that creates what Akeyless has, as after a create whose answer was lost", () => {
  const create = async (plan = "create") => {
    const found = await setStage();
    const { url, accessId, accessKey } = found.gateway;
    const environment = {
      AKEYLESS_GATEWAY: url,
      AKEYLESS_ACCESS_ID: accessId,
      AKEYLESS_ACCESS_KEY: accessKey,
    };
    const review = async (...args: readonly string[]) => {
      const file = `${PLANS}${plan}/plan.json`;
      const { stdout } = await runKit(
        reviewCommand,
        [file, "--fail-on", "never", ...args],
        environment,
      );
      return stdout;
    };
    return { ...found, review };
  };

  test("names the line that adopts the item and the Web Target, in every format for people", async () => {
    const { createSecret, review } = await create();
    await createSecret();
    const said = parsed(await review("--format", "json"));
    expect(said.stacks[0]?.obstacles).toEqual([
      {
        address: expect.stringMatching(/^akeyless_rotated_secret_custom\./),
        sentence: expect.stringMatching(/^Akeyless has \/prod\/app .*: set adoptExisting: true/),
      },
      {
        address: expect.stringMatching(/^akeyless_target_web\./),
        sentence: expect.stringMatching(/^Akeyless has \/rotator .*: set adoptExisting: true/),
      },
    ]);
    expect(said.verdict.sentence).toMatch(/2 obstacles/);
    const silent = parsed(await review("--format", "json", "--no-live"));
    expect(said.digest).toBe(silent.digest);
    expect(silent.stacks[0]?.obstacles).toEqual([]);
    for (const format of ["terminal", "markdown", "html"])
      expect((await review("--format", format)).replaceAll(/[`\s]+/g, " "), format).toContain(
        "set adoptExisting: true on its construct",
      );
  });

  test.each(["create", "rename"])("says nothing where the names are free: %s", async (plan) => {
    const { gateway, createSecret, review } = await create(plan);
    if (plan === "rename") await createSecret();
    const said = parsed(await review("--format", "json")).stacks[0]?.obstacles ?? [];
    expect(said.filter(({ sentence }) => sentence.includes("adoptExisting"))).toEqual([]);
    expect(gateway.item("/prod/renamed")).toBeUndefined();
  });

  test("of more names than 200 the others are named as a blind spot", async () => {
    const { review } = await create();
    const [stack] = parsed(await review("--format", "json", "--no-live")).stacks;
    const [secret] = stack?.secrets ?? [];
    if (stack === undefined || secret === undefined) throw new Error("the plan creates a secret");
    const further = Array.from({ length: 200 }, (_, index) => ({
      ...secret,
      name: `/new/${index}`,
    }));
    const asked: string[] = [];
    const gateway = {
      describeItem: async (name: string) => {
        asked.push(name);
        throw new KitError("item_not_found", { purpose: "describe it", words: "no" });
      },
    };
    const found = await withTakenNames(
      { ...stack, secrets: [...further, secret], targets: [] },
      gateway as unknown as Gateway,
    );
    expect(asked).toHaveLength(200);
    expect(found.blind_spots).toContain("whether 1 more names are taken in Akeyless: not asked");
  });

  test("a taken name of the longest length is named in part, with what to do in full", async () => {
    const { review } = await create();
    const said = parsed(await review("--format", "json", "--no-live"));
    const [stack] = said.stacks;
    const [secret] = stack?.secrets ?? [];
    if (stack === undefined || secret === undefined) throw new Error("the plan creates a secret");
    const long = { ...secret, name: `/${"a".repeat(3999)}` };
    const gateway = { describeItem: async () => ({}) } as unknown as Gateway;
    const found = await withTakenNames({ ...stack, secrets: [long], targets: [] }, gateway);
    reviewSchema.parse({ ...said, stacks: [found] });
    const taken = found.obstacles.map(({ sentence }) => sentence).join();
    expect(taken).toMatch(/^Akeyless has \/a{800,}.* already.*set adoptExisting: true/);
  });

  test("a new name that is taken is named too", async () => {
    const { createSecret, review } = await create("rename");
    await createSecret({ name: "/prod/renamed" });
    const said = parsed(await review("--format", "json")).stacks[0]?.obstacles ?? [];
    expect(said.map(({ sentence }) => sentence).join()).toContain("Akeyless has /prod/renamed");
  });

  test.each(["steps-create", "import"])("nor where it is taken over: %s", async (plan) => {
    const { createSecret, review } = await create(plan);
    await createSecret();
    const said = parsed(await review("--format", "json")).stacks[0]?.obstacles ?? [];
    expect(said.filter(({ address }) => !address.startsWith("akeyless_target_web"))).toEqual([]);
  });
});

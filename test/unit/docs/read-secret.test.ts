import { expect, test } from "vitest";
import { type Account, readAccount, rotatingAccount } from "../../../docs/examples/read-secret.ts";
import { startRotator } from "../../../rotator/index.ts";
import { memorySystem, startGateway } from "../../harness/index.ts";

class Refused extends Error {}
const isRefused = (error: unknown) => error instanceof Refused;

test("an application reads its account, and again after a rotation", async () => {
  const passwords = new Map([["svc", "first"]]);
  await using gateway = await startGateway();
  await using rotator = await startRotator({
    config: {
      systems: { app: { type: "module", path: "none.mjs" } },
      items: { "/app": { system: "app", usernames: ["svc"] } },
      log: { level: "error" },
    },
    akeyless: gateway.forRotator(),
    systems: { app: memorySystem(passwords) },
  });
  const payload = { system: "app", username: "svc", current_password: "first" };
  const item = await gateway.declare({ target: rotator.url, payload });
  const login = { "access-id": gateway.accessId, "access-key": gateway.accessKey };
  const answer = await fetch(`${gateway.url}/auth`, {
    method: "POST",
    body: JSON.stringify(login),
  });
  const { token } = (await answer.json()) as { token: string };

  let reads = 0;
  const read = () => {
    reads += 1;
    return readAccount(gateway.url, token, item);
  };
  const use = rotatingAccount(read, isRefused);
  const logIn = async ({ username, password }: Account) => {
    if (passwords.get(username) !== password) throw new Refused();
    return username;
  };
  expect([await use(logIn), await use(logIn), reads]).toEqual(["svc", "svc", 1]);
  await gateway.rotate(item);
  expect([await use(logIn), reads]).toEqual(["svc", 2]);
});

test("a refused password is never tried again, and other errors are not retried", async () => {
  const tried: string[] = [];
  const stuck = rotatingAccount(async () => ({ username: "svc", password: "old" }), isRefused, 0);
  const refuse = async ({ password }: Account) => {
    tried.push(password);
    throw new Refused();
  };
  for (let call = 0; call < 2; call += 1)
    await expect(stuck(refuse)).rejects.toBeInstanceOf(Refused);
  expect(tried).toEqual(["old"]);
  let calls = 0;
  const down = async () => {
    calls += 1;
    throw new RangeError("down");
  };
  const use = rotatingAccount(async () => ({ username: "svc", password: "old" }), isRefused, 0);
  await expect(use(down)).rejects.toBeInstanceOf(RangeError);
  expect(calls).toBe(1);
});

test("the moment before the gateway has the new password is waited for", async () => {
  const answers = ["old", "old", "new"];
  const use = rotatingAccount(
    async () => ({ username: "svc", password: answers.shift() ?? "new" }),
    isRefused,
    0,
  );
  const logIn = async ({ password }: Account) => {
    if (password === "old") throw new Refused();
    return password;
  };
  expect(await use(logIn)).toBe("new");
});

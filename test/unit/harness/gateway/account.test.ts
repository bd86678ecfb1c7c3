import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startGateway } from "../../../harness/gateway/index.ts";
import { readUsers } from "../../../harness/gateway/state-file.ts";
import { SECRET, setStage } from "./api.ts";

const DAY = 86_400_000;

function stateFile(): string {
  const directory = mkdtempSync(join(tmpdir(), "state-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, "state");
}

it("gives the same keys and tokens for the same seed, and others for another", async () => {
  const keysOf = async (seed: string) => {
    await using gateway = await startGateway({ seed });
    const response = await fetch(`${gateway.url}/auth`, {
      method: "POST",
      body: JSON.stringify({ "access-id": gateway.accessId, "access-key": gateway.accessKey }),
    });
    const { token } = (await response.json()) as { token: string };
    return [gateway.accessKey, gateway.controlToken, token];
  };
  const first = await keysOf("one");
  expect(await keysOf("one")).toEqual(first);
  expect(await keysOf("two")).not.toEqual(first);
});

it("keeps values, schedule, users and time in its file; a line that was cut off is dropped", async () => {
  const persist = stateFile();
  const stage = await setStage({ persist });
  await stage.createSecret({ "auto-rotate": "true", "rotation-interval": 10, tags: ["one"] });
  await stage.gateway.advance(12 * DAY);
  const before = stage.gateway.exportState();
  await stage.gateway.stop();
  appendFileSync(persist, '{"now":1,"items":[');

  await using again = await startGateway({ persist });
  expect(again.exportState()).toEqual({ ...before, now: expect.any(Number) });
  expect(again.clock.now()).toBeGreaterThanOrEqual(before.now - 2 * DAY);
  expect(again.accessKey).toBe(stage.gateway.accessKey);
  await again.advanceToRotation(SECRET);
  expect(again.item(SECRET)?.versions.at(-1)?.payload).toBe("rotated-2");
});

it("forgets what was deleted and keeps what was renamed", async () => {
  const persist = stateFile();
  const stage = await setStage({ persist });
  await stage.createSecret();
  await stage.createSecret({ name: "/other" });
  await stage.post("/update-item", { name: SECRET, "new-name": "/renamed" });
  await stage.post("/delete-item", { name: "/other" });
  await stage.gateway.stop();
  await using again = await startGateway({ persist });
  expect(again.exportState().items.map(({ name }) => name)).toEqual(["/renamed"]);
});

it("says of a file that is something else that it is, without its text", async () => {
  const persist = stateFile();
  appendFileSync(persist, '{"password":"canary"}\n');
  await expect(startGateway({ persist })).rejects.toThrow(
    /cannot be read as a state: it is not a state of the emulated gateway$/,
  );
  expect(readFileSync(persist, "utf8")).toBe('{"password":"canary"}\n');
});

it("takes another gateway's state, and is empty after a reset", async () => {
  const stage = await setStage();
  await stage.createSecret();
  await using other = await startGateway();
  other.importState(stage.gateway.exportState());
  await stage.rotate();
  expect(other.item(SECRET)?.versions.map(({ payload }) => payload)).toEqual(["first"]);
  stage.gateway.reset();
  expect(stage.gateway.item(SECRET)).toBeUndefined();
  expect((await stage.createSecret()).status).toBe(200);
});

it("names in a header, and once to the listener, what it does not understand", async () => {
  const stage = await setStage();
  const told: unknown[] = [];
  stage.gateway.onIgnored((ignored) => told.push(ignored));
  for (const name of ["/a", "/b"])
    await stage.createSecret({ name, "field-of-tomorrow": "x", unset: "", "other-unset": [] });
  expect(told).toEqual([{ path: "/rotated-secret-create-custom", fields: ["field-of-tomorrow"] }]);
  const response = await fetch(`${stage.gateway.url}/auth`, {
    method: "POST",
    body: JSON.stringify({ "access-id": "p", "field-of-tomorrow": 1 }),
  });
  expect(response.headers.get("x-emulator-ignored")).toBe("field-of-tomorrow");
});

it("rotates a thousand items for ninety days", async () => {
  const stage = await setStage();
  await stage.createSecret({ "auto-rotate": "true", "rotation-interval": 30 });
  const state = stage.gateway.exportState();
  const [item] = state.items;
  const items = Array.from({ length: 1_000 }, (_, index) => ({
    ...structuredClone(item as NonNullable<typeof item>),
    id: 5_000 + index,
    name: `/many/${index}`,
  }));
  stage.gateway.importState({ ...state, items });
  await stage.gateway.advance(90 * DAY);
  expect(items.map(({ name }) => stage.gateway.item(name)?.lastVersion)).toEqual(
    items.map(() => 4),
  );
});

it("reads users from a file, and says what is wrong with one without its keys", async () => {
  const file = stateFile();
  appendFileSync(file, '[{"accessId":"p-ada","accessKey":"canary-key"}]');
  await using gateway = await startGateway({ users: readUsers(file) });
  expect([gateway.accessId, gateway.accessKey]).toEqual(["p-ada", "canary-key"]);
  const wrong = stateFile();
  appendFileSync(wrong, '[{"accessId":"p-ada","accessKey":["canary-key"],"role":"x"}]');
  const read = () => readUsers(wrong);
  expect(read).toThrow(/accessKey/);
  expect(read).not.toThrow(/canary/);
});

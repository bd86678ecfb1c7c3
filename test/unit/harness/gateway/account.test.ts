import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startGateway } from "../../../harness/gateway/index.ts";
import { openStateFile, readUsers } from "../../../harness/gateway/state-file.ts";
import { Timeline } from "../../../harness/gateway/timeline.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";
import { postJson, SECRET, setStage, tokenFor } from "./api.ts";

const DAY = 86_400_000;

function stateFile(): string {
  const directory = mkdtempSync(join(tmpdir(), "state-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, "state");
}

const MONDAY = Date.UTC(2026, 10, 30);

/** Everything that somebody is told by a gateway of this seed, and what its rotator received. */
async function answersOf(seed: string): Promise<string> {
  const stage = await setStage({ seed, wallClock: new VirtualClock(MONDAY), port: 0 });
  const told: string[] = [stage.gateway.accessKey, stage.gateway.controlToken];
  const port = new URL(stage.gateway.url).port;
  const post = async (path: string, fields: object) => {
    const { body } = await stage.post(path, { ...fields });
    told.push(JSON.stringify(body).replaceAll(port, "PORT"));
    return body;
  };
  const { accessId, accessKey } = stage.gateway;
  await post("/auth", { "access-id": accessId, "access-key": accessKey });
  await stage.createSecret({ "auto-rotate": "true", "secure-access-enable": "true" });
  told.push(stage.gateway.openSession(SECRET, "ada"));
  await post("/gateway-rotate-secret", { name: SECRET });
  await stage.gateway.advance(31 * DAY);
  await post("/describe-item", { name: SECRET, "show-versions": true });
  await post("/rotated-secret-get-value", { name: SECRET });
  told.push(...stage.rotator.requests.map(({ credentials }) => String(credentials)));
  return told.join("\n");
}

it("gives the same ids, keys, tokens, answers and times for the same seed, byte by byte", async () => {
  const first = await answersOf("one");
  expect(await answersOf("one")).toBe(first);
  expect(first).toContain("2026-01-01T00:00:00.000Z");
  expect(await answersOf("two")).not.toBe(first);
});

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

it("keeps who is logged in, sessions, and the rotations that are planned after them", async () => {
  const persist = stateFile();
  const stage = await setStage({ persist, clock: new VirtualClock(MONDAY) });
  await stage.createSecret({
    "secure-access-enable": "true",
    "rotate-after-disconnect": "90",
    "lock-during-sra-session": "true",
  });
  const token = await tokenFor(stage.gateway);
  const creds = await stage.gateway.issueCredentials(SECRET);
  const open = stage.gateway.openSession(SECRET, "ada");
  const ended = stage.gateway.openSession(SECRET, "bob");
  await stage.gateway.closeSession(ended);
  await stage.gateway.stop();

  await using again = await startGateway({ persist, clock: new VirtualClock(MONDAY) });
  const read = () => postJson(`${again.url}/rotated-secret-get-value`, { token, name: SECRET });
  expect((await read()).body.error).toContain("locked by a session of ada");
  const validated = await postJson(`${again.url}/validate-producer-credentials`, {
    ...{ creds, expected_access_id: again.gatewayAccessId },
  });
  expect(validated.status).toBe(200);
  expect(await again.closeSession(open)).toEqual({
    ...{ rotation: "planned", at: MONDAY + 90 * 60_000 },
  });
  expect((await read()).body.value?.payload).toBe("first");
  await again.advance(90 * 60_000);
  // One for each of the sessions, also the one that ended before the gateway did.
  expect(again.item(SECRET)?.versions.map(({ payload }) => payload)).toEqual([
    ...["first", "rotated-1", "rotated-2"],
  ]);
});

it("rotates after a session although it was killed at that moment", async () => {
  const persist = stateFile();
  const stage = await setStage({ persist });
  await stage.createSecret({
    "secure-access-enable": "true",
    "rotate-after-disconnect": "true",
  });
  const session = stage.gateway.openSession(SECRET);
  // What a kill leaves behind: the file as it is while the rotator is at work.
  let left = "";
  stage.rotator.answer = () => {
    left = readFileSync(persist, "utf8");
    return "lost";
  };
  await stage.gateway.closeSession(session);
  const after = stateFile();
  appendFileSync(after, left);
  stage.rotator.answer = () => "rotated after all";
  await using again = await startGateway({ persist: after });
  await again.advance(0);
  expect(again.item(SECRET)?.versions.map(({ payload }) => payload)).toEqual([
    ...["first", "rotated after all"],
  ]);
  await again.advance(DAY);
  expect(again.item(SECRET)?.lastVersion).toBe(2);
});

it("keeps the time of a clock that was moved, although nothing else happened", async () => {
  const persist = stateFile();
  const first = await startGateway({ persist });
  await first.advance(40 * DAY);
  const before = first.clock.now();
  await first.stop();
  await using again = await startGateway({ persist });
  expect(again.clock.now()).toBeGreaterThanOrEqual(before);
});

it("forgets with its process what belongs to one run: faults, events, calls and the timeline", async () => {
  const persist = stateFile();
  const stage = await setStage({ persist });
  await stage.createSecret({ "auto-rotate": "true" });
  await stage.gateway.advance(30 * DAY);
  stage.gateway.faults.inject("keep-old");
  const ofOneRun = ({ events, calls, timeline, faults }: typeof stage.gateway) =>
    [events, calls, timeline, faults.pending()].map(({ length }) => length > 0);
  expect(ofOneRun(stage.gateway)).toEqual([true, true, true, true]);
  await stage.gateway.stop();
  await using again = await startGateway({ persist });
  expect(ofOneRun(again)).toEqual([false, false, false, false]);
  expect(again.item(SECRET)?.lastVersion).toBe(2);
});

it("remembers the last thousand rotations", () => {
  const timeline = new Timeline(() => 0);
  for (let count = 0; count < 1_002; count += 1) timeline.begin("/a", "manual", 0, []);
  const numbers = timeline.entries.map(({ number }) => number);
  expect([numbers.length, numbers.at(-1)]).toEqual([1_000, 1_002]);
});

it("gives no id or token of a seed twice, also after a restart", async () => {
  const options = { persist: stateFile(), seed: 1 };
  const first = await startGateway(options);
  const tokens = [await tokenFor(first)];
  await first.stop();
  await using again = await startGateway(options);
  tokens.push(await tokenFor(again));
  expect(new Set(tokens).size).toBe(2);
});

it("opens a file that was cut off anywhere, with what was written whole before", async () => {
  const persist = stateFile();
  const stage = await setStage({ persist });
  await stage.createSecret({ "secure-access-enable": "true" });
  await stage.gateway.closeSession(stage.gateway.openSession(SECRET));
  await stage.rotate();
  await stage.post("/delete-item", { name: SECRET });
  const lines = readFileSync(persist, "utf8").split("\n").slice(0, -1);
  const cut = stateFile();
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const before = lines.slice(0, index);
    const { now } = JSON.parse(before.at(-1) ?? "") as { now: number };
    for (const length of [0, 1, Math.floor(line.length / 2), line.length]) {
      writeFileSync(cut, [...before, line.slice(0, length)].join("\n"));
      expect(openStateFile(cut).state?.now).toBe(now);
    }
  }
  expect(lines.length).toBeGreaterThan(5);
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
  const [key, token] = [other.accessKey, await tokenFor(other)];
  other.importState(stage.gateway.exportState());
  expect(other.accessKey).toBe(key);
  expect((await postJson(`${other.url}/describe-item`, { token, name: SECRET })).status).toBe(200);
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

it("rotates a hundred items for ninety days", async () => {
  const stage = await setStage();
  await stage.createSecret({ "auto-rotate": "true", "rotation-interval": 30 });
  const state = stage.gateway.exportState();
  const [item] = state.items;
  const items = Array.from({ length: 100 }, (_, index) => ({
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

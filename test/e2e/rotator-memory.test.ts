import { readdir, readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startRotatorProcess } from "../harness/rotator-process.ts";
import {
  FIRST_PASSWORD,
  ITEM,
  type RotatorStage,
  setRotatorStage,
  USERNAME,
} from "../harness/rotator-stage.ts";

async function serve(nodeOptions: (stage: RotatorStage) => string) {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const env = { NODE_OPTIONS: nodeOptions(stage) };
  const rotator = await startRotatorProcess(await stage.writeConfig(), env);
  onTestFinished(async () => {
    await rotator.end("SIGKILL");
  });
  await stage.declare(rotator.url);
  const post = (credentials: string | readonly string[], body: string) =>
    new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
      const headers = { AkeylessCreds: [credentials].flat(), "Content-Type": "application/json" };
      request(rotator.url, { method: "POST", ca: stage.authority, headers }, async (response) => {
        let text = "";
        for await (const chunk of response.setEncoding("utf8")) text += chunk;
        resolve({ status: response.statusCode ?? 0, text });
      })
        .on("error", reject)
        .end(body);
    });
  return { stage, rotator, post };
}

test("requests that nobody has authenticated leave nothing behind, however much they bring", async () => {
  const { stage, rotator, post } = await serve(() => "--max-old-space-size=96");
  for (let round = 0; round < 400; round += 1) {
    const lines = Array.from({ length: 700 }, (_, line) => `${round}-${line}-!"$%&/()=?`);
    expect((await post(lines, "{}")).status).toBe(401);
  }
  expect(await stage.rotate()).toEqual({ status: 200, error: "" });
  expect(await rotator.end("SIGTERM")).toBe(0);
});

test("no secret of a request is in memory after it has ended", async () => {
  const { stage, rotator, post } = await serve(
    ({ directory }) => `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${directory}`,
  );
  const token = await stage.gateway.issueCredentials(ITEM);
  const payload = { system: "reporting-app", username: USERNAME, password: FIRST_PASSWORD };
  const answer = await post(token, JSON.stringify({ payload: JSON.stringify(payload) }));
  expect(answer.status).toBe(200);
  const { password } = JSON.parse((JSON.parse(answer.text) as { payload: string }).payload);
  // What the process does from time to time anyway also clears what Node.js still refers to.
  await fetch(`${rotator.metricsUrl}/metrics`);
  process.kill(rotator.pid, "SIGUSR2");
  const snapshot = async () => {
    const name = (await readdir(stage.directory)).find((file) => file.endsWith(".heapsnapshot"));
    const text = name === undefined ? "" : await readFile(join(stage.directory, name), "utf8");
    return text.trimEnd().endsWith("]}") ? text : "";
  };
  await expect.poll(snapshot).not.toBe("");
  const heap = await snapshot();
  expect(heap).toContain("credentials validated");
  const secrets = { token, first: FIRST_PASSWORD, next: String(password) };
  const found = Object.entries(secrets).filter(([, secret]) =>
    heap.includes(JSON.stringify(secret).slice(1, -1)),
  );
  expect(found.map(([name]) => name)).toEqual([]);
});

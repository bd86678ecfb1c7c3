import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { startGateway as startTestGateway } from "../../harness/gateway/index.ts";
import { type GatewayProcess, startGatewayProcess, tokenOf } from "../gateway-process.ts";

async function folder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "gateway-command-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function start(...args: readonly string[]): Promise<GatewayProcess> {
  const gateway = await startGatewayProcess(args);
  onTestFinished(() => void gateway.child.kill("SIGKILL"));
  return gateway;
}

test("an account in a file survives kills in the middle of its work, with all that was answered", async () => {
  const file = join(await folder(), "state");
  const answered: string[] = [];
  let keys: unknown;
  // One login: who is logged in stays so.
  let token = "";
  for (const round of [1, 2, 3]) {
    const gateway = await start("--persist", file);
    keys ??= gateway.environment.AKEYLESS_ACCESS_KEY;
    expect(gateway.environment.AKEYLESS_ACCESS_KEY).toBe(keys);
    token ||= await tokenOf(gateway);
    const killed = new Promise((resolve) => gateway.child.once("exit", resolve));
    // Each round is killed while calls are under way, after another number of them.
    for (let index = 0; index < 400; index += 1) {
      const name = `/target/${round}/${index}`;
      const created = gateway.post("/target-create-web", { token, name, url: "http://x" });
      if (index === 20 * round + 3) gateway.child.kill("SIGKILL");
      const answer = await created.catch(() => undefined);
      if (!answer) break;
      expect(answer.status).toBe(200);
      answered.push(name);
    }
    await killed;
  }
  const gateway = await start("--persist", file);
  for (const name of answered)
    expect((await gateway.post("/target-get", { token, name })).status).toBe(200);
  expect(answered.length).toBeGreaterThan(100);
  expect(await gateway.end("SIGTERM")).toBe(0);
});

test("a rotation is told step by step, and neither payload nor token is in what is written", async () => {
  const rotator = createServer((_request, response) => {
    response.end('{"payload":"the-second-canary"}');
  });
  await new Promise<void>((resolve) => rotator.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void rotator.close());
  const failing = createServer((_request, response) => {
    response.statusCode = 500;
    response.end('{"error":"wrong password the-first-canary for app"}');
  });
  await new Promise<void>((resolve) => failing.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void failing.close());

  const gateway = await start("--seed", "7", "--clock", "still");
  const token = await tokenOf(gateway);
  for (const [name, server] of Object.entries({ good: rotator, bad: failing })) {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    await gateway.post("/target-create-web", { token, name: `/t/${name}`, url });
    await gateway.post("/rotated-secret-create-custom", {
      token,
      name: `/s/${name}`,
      "target-name": `/t/${name}`,
      "custom-payload": JSON.stringify({ username: "app", password: "the-first-canary" }),
      "a-field-of-tomorrow": "x",
    });
    await gateway.post("/gateway-rotate-secret", { token, name: `/s/${name}` });
  }
  await gateway.end("SIGTERM");
  const ended = gateway.lines.filter((line) => line.event === "rotation" && "took" in line);
  expect(ended).toMatchObject([
    {
      item: "/s/good",
      trigger: "manual",
      outcome: "succeeded",
      version: 2,
      steps: [{ leg: "gateway" }, { leg: "rotator", what: "answered" }, { leg: "system" }],
    },
    { item: "/s/bad", outcome: "failed", error: expect.stringContaining("code 500") },
  ]);
  expect(gateway.lines).toContainEqual({
    event: "note",
    text: expect.stringContaining("a-field-of-tomorrow"),
  });
  expect(gateway.text()).not.toMatch(/canary/);
  expect(gateway.text()).not.toContain(token);
});

test("two gateways of one seed answer the same calls with the same bytes", async () => {
  const rotator = createServer((_request, response) => {
    response.end('{"payload":"second"}');
  });
  await new Promise<void>((resolve) => rotator.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void rotator.close());
  const { port: rotatorPort } = rotator.address() as AddressInfo;
  const answersAt = async (port: string) => {
    const gateway = await start("--seed", "same", "--clock", "still", "--port", port);
    const answers: string[] = [JSON.stringify(gateway.environment)];
    const call = async (path: string, body: object, headers = {}) => {
      const request = { method: "POST", headers, body: JSON.stringify(body) };
      const text = await (await fetch(`${gateway.url}${path}`, request)).text();
      answers.push(text);
      return text;
    };
    const { AKEYLESS_ACCESS_ID, AKEYLESS_ACCESS_KEY } = gateway.environment;
    const control = { "x-emulator-token": String(gateway.environment.ROTATION_KIT_GATEWAY_TOKEN) };
    const json = { ...control, "content-type": "application/json" };
    const { token } = JSON.parse(
      await call("/auth", { "access-id": AKEYLESS_ACCESS_ID, "access-key": AKEYLESS_ACCESS_KEY }),
    );
    const url = `http://127.0.0.1:${rotatorPort}/`;
    await call("/target-create-web", { token, name: "/t", url });
    await call("/rotated-secret-create-custom", {
      ...{ token, name: "/s", "target-name": "/t", "custom-payload": "first" },
      ...{ "auto-rotate": "true", "secure-access-enable": "true" },
    });
    await call("/_emulator/sessions", { item: "/s" }, json);
    await call("/gateway-rotate-secret", { token, name: "/s" });
    await call("/_emulator/clock/advance", { milliseconds: 1_800_000 }, json);
    for (const path of ["/describe-item", "/rotated-secret-get-value", "/target-get-details"])
      await call(path, {
        token,
        name: path.includes("target") ? "/t" : "/s",
        "show-versions": true,
      });
    answers.push(
      await (await fetch(`${gateway.url}/_emulator/export`, { headers: control })).text(),
    );
    await gateway.end("SIGTERM");
    return [new URL(gateway.url).port, answers] as const;
  };
  const [port, first] = await answersAt("0");
  expect((await answersAt(port))[1]).toEqual(first);
  expect(first.join()).toContain('"payload":"second"');
});

test("time and faults are moved from the command line", async () => {
  const gateway = await start("--clock", "still");
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, ["--import", "tsx", "cli.ts", "gateway", ...args], {
      env: { PATH: process.env.PATH, ...gateway.environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    for await (const chunk of child.stdout) text += chunk;
    return text;
  };
  const before = Date.parse((await run("clock", "show")).split(" ")[0] ?? "");
  const [after = "", how] = (await run("clock", "jump", "30d")).split(" ");
  expect(Date.parse(after) - before).toBe(30 * 86_400_000);
  expect(how?.trim()).toBe("still");
  expect(JSON.parse(await run("fault", "error-before", "--item", "/app"))).toEqual({
    name: "error-before",
    at: "rotation",
    left: 1,
    item: "/app",
  });
});

test("Ctrl-C during a recording deletes what it created, and ends with 1", async () => {
  await using real = await startTestGateway();
  // So that it is at work when it is interrupted.
  real.faults.inject("slow", { ...{ at: "api", milliseconds: 300 }, times: 1_000 });
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "cli.ts", "gateway", "record", "--against", real.url, "--yes"],
    {
      env: {
        PATH: process.env.PATH,
        ...{ AKEYLESS_ACCESS_ID: real.accessId, AKEYLESS_ACCESS_KEY: real.accessKey },
      },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let told = "";
  child.stderr.on("data", (chunk) => {
    told += chunk;
  });
  const ended = once(child, "close");
  await expect.poll(() => real.exportState().items.length, { timeout: 60_000 }).toBe(1);
  child.kill("SIGINT");
  expect((await ended)[0], told).toBe(1);
  expect(told).toContain("interrupted; what it created is deleted");
  expect(real.exportState()).toMatchObject({ items: [], targets: [] });
});

test("--real-ports serves the addresses of a real gateway", async ({ skip }) => {
  // A loopback address of its own, so that nothing else is in the way.
  const host = `127.8.${(process.pid >> 8) & 255}.${process.pid & 255 || 1}`;
  const ports = [8000, 8080, 8081];
  const free = await Promise.all(ports.map((port) => isFree(port, host)));
  skip(free.includes(false), "something on this machine listens on every address");
  const gateway = await start("--host", host, "--real-ports", "--port", "8081");
  const { AKEYLESS_ACCESS_ID, AKEYLESS_ACCESS_KEY } = gateway.environment;
  const login = { "access-id": AKEYLESS_ACCESS_ID, "access-key": AKEYLESS_ACCESS_KEY };
  for (const address of ["8000/api/v2", "8081", "8080/v2"]) {
    const response = await fetch(`http://${host}:${address}/auth`, {
      ...{ method: "POST", body: JSON.stringify(login) },
    });
    expect(await response.json()).toMatchObject({ token: expect.stringMatching(/^t-/) });
  }
});

function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

test("a port that is taken, and a file of something else, are said in one sentence", async () => {
  const taken = await start();
  const port = new URL(taken.url).port;
  await expect(startGatewayProcess(["--real-ports", "--port", port])).rejects.toThrow(/port_taken/);
  const file = join(await folder(), "package.json");
  await expect(startGatewayProcess(["--import", file])).rejects.toThrow(
    /state_file_unreadable: .*ENOENT/,
  );
});

test("--host serves other addresses, and says so; --terraform installs the stand-in provider", async () => {
  const directory = await folder();
  const gateway = await start("--host", "0.0.0.0", "--terraform", directory);
  // An address of this machine that a gateway on 127.0.0.1 does not serve.
  const { port } = new URL(gateway.url);
  const answer = await fetch(`http://127.0.0.2:${port}/v2/auth`, { method: "POST", body: "{}" });
  expect(answer.status).toBe(400);
  expect(gateway.text()).toContain("0.0.0.0");
  const configuration = gateway.environment.TF_CLI_CONFIG_FILE ?? "";
  expect(configuration.startsWith(directory)).toBe(true);
  await writeFile(
    join(directory, "main.tf.json"),
    JSON.stringify({
      terraform: { required_providers: { akeyless: { source: "akeyless-community/akeyless" } } },
      provider: { akeyless: { api_gateway_address: `${gateway.url}/v2` } },
      resource: { akeyless_target_web: { one: { name: "/by/terraform", url: "http://x" } } },
    }),
  );
  const terraform = (...args: string[]) =>
    promisify(execFile)("terraform", args, {
      cwd: directory,
      env: { PATH: process.env.PATH, ...gateway.environment },
    });
  await terraform("init");
  await terraform("apply", "-auto-approve");
  const token = await tokenOf(gateway);
  expect((await gateway.post("/target-get", { token, name: "/by/terraform" })).status).toBe(200);
});

test("a killed gateway leaves no key behind, and the next one takes away what it left", async () => {
  const temporary = await folder();
  const startThere = () => startGatewayProcess([], { TMPDIR: temporary });
  const left = async () =>
    (await readdir(temporary, { recursive: true })).filter((name) => /rotation-kit/.test(name));
  const killed = await startThere();
  const folderOf = ({ child }: GatewayProcess) =>
    expect.stringMatching(new RegExp(`^rotation-kit-gateway-${child.pid}-\\w+$`));
  const fileOf = ({ child }: GatewayProcess) =>
    expect.stringMatching(new RegExp(`^rotation-kit-gateway-${child.pid}-\\w+/ca\\.pem$`));
  expect(await left()).toEqual([folderOf(killed), fileOf(killed)]);
  await killed.end("SIGKILL");
  const next = await startThere();
  expect(await left()).toEqual([folderOf(next), fileOf(next)]);
  // As a terminal that is closed ends it.
  expect(await next.end("SIGHUP")).toBe(0);
  expect(await left()).toEqual([]);
});

test("the state is written at the end and read at a start; --reset forgets it", async () => {
  const directory = await folder();
  const [state, kept] = [join(directory, "export"), join(directory, "kept")];
  const first = await start("--export", state, "--for-rotator", join(directory, "rotator"));
  expect(await first.end("SIGTERM")).toBe(0);
  expect(await readFile(state, "utf8")).toContain("/my/first-secret");
  const describeIt = async (gateway: GatewayProcess) => {
    const token = await tokenOf(gateway);
    return (await gateway.post("/describe-item", { token, name: "/my/first-secret" })).status;
  };
  const second = await start("--import", state, "--persist", kept);
  expect(await describeIt(second)).toBe(200);
  await second.end("SIGKILL");
  const third = await start("--persist", kept);
  expect(await describeIt(third)).toBe(200);
  await third.end("SIGTERM");
  expect(await describeIt(await start("--persist", kept, "--reset"))).toBe(404);
});

import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../../../common/clock.ts";
import { systemConfigSchema } from "../../../../rotator/systems/config.ts";
import { createSystem } from "../../../../rotator/systems/create-system.ts";
import { shippedRecipes } from "../../../../rotator/systems/http/load-recipe.ts";
import { listenOnLoopback } from "../../../harness/loopback.ts";

/** Every secret of these tests holds this text; it must not come out anywhere. */
const CANARY = "canary-7f3a";
const secret = (name: string) => `${CANARY}-${name}-Aa1!`;
const environment = {
  PASSWORD: secret("admin-password"),
  TOKEN: secret("admin-token"),
  SECRET: secret("client-secret"),
};
const admin = {
  username: "root",
  client_id: "rotator",
  password_env: "PASSWORD",
  token_env: "TOKEN",
  client_secret_env: "SECRET",
};

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "canary-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** Runs every verb and returns all that was logged, answered or thrown. */
async function everythingOf(config: object): Promise<string> {
  const said: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => said.push(line) });
  const context = { log, clock: systemClock, signal: AbortSignal.timeout(10_000) };
  const dependencies = { name: "canary", log, environment, directory };
  const tell = async (run: () => Promise<unknown> | undefined) => {
    try {
      said.push(JSON.stringify((await run()) ?? null));
    } catch (error) {
      const { message, code, stack } = error as Error & { code?: string };
      said.push(`${code} ${message} ${stack}`);
    }
  };
  const system = await createSystem(systemConfigSchema.parse(config), dependencies);
  const current = { username: "svc", password: secret("current") };
  const next = { username: "svc", password: secret("next") };
  await tell(() => system.probe(current, context));
  await tell(() => system.change(current, next, context));
  await tell(() => system.reconcile?.(next, context));
  await tell(() => system.changeRetaining?.(current, next, context));
  await tell(() => system.keys?.create(current, "kit-1", context));
  await tell(() => system.keys?.revoke(current, "kit-1", context));
  await tell(() => system.close?.());
  return said.join("\n");
}

/** Servers that send back whatever they were told, as status messages, JSON and cookies. */
const ECHOES = [200, 201, 204, 302, 400, 401, 403, 404, 422, 429, 500].map((status) => ({
  status,
}));

const parameters: Record<string, object> = {
  keycloak: { parameters: { realm: "r", probe_client: "p" } },
};

test.each(await shippedRecipes())("%s: nothing that a system echoes gets out", async (recipe) => {
  for (const { status } of ECHOES) {
    const server = await listenOnLoopback(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const echo = `${request.headers.authorization} ${body} ${secret("of-the-server")}`;
      response.writeHead(status, { "set-cookie": `sid=${secret("cookie")}` });
      response.end(JSON.stringify({ error: echo, message: echo, reason: echo, token: echo }));
    });
    for (const authority of ["account", "admin"]) {
      const config = { type: "http", recipe, origin: server.url, allow_plain_http: true };
      const said = await everythingOf({ ...config, authority, admin, ...parameters[recipe] }).catch(
        (error: Error) => error.message,
      );
      expect(said).not.toContain(CANARY);
    }
    await server.stop();
  }
});

test.each([
  ["echoes its input as an answer", `process.stdout.write(input)`],
  [
    "puts a secret into its reason",
    `say({ result: "unknown", reason: JSON.parse(input).credential?.password ?? "x" })`,
  ],
  ["writes secrets to its error output and fails", `process.stderr.write(input); process.exit(1)`],
  ["answers with more than asked", `say({ result: "valid", note: input })`],
])("a command that %s", async (_, body) => {
  const file = join(directory, "command.mjs");
  await writeFile(
    file,
    `#!${process.execPath}
import { readFileSync } from "node:fs";
const input = readFileSync(0, "utf8");
const say = (answer) => console.log(JSON.stringify({ schema: "rotation-kit/command/v1", ...answer }));
${body}`,
  );
  await chmod(file, 0o700);
  const verbs = ["reconcile", "change_retaining", "keys"];
  const said = await everythingOf({ type: "command", command: file, verbs });
  expect(said).not.toContain(CANARY);
});

test("a PostgreSQL server that is not there, or is none", async () => {
  const server = await listenOnLoopback((_, response) => response.end());
  for (const port of [Number(new URL(server.url).port), 1]) {
    const config = { type: "postgres", host: "127.0.0.1", port, plaintext: true };
    const login = { username: "root", password_env: "PASSWORD" };
    const said = await everythingOf({
      ...config,
      authority: "admin",
      admin: login,
      timeout_ms: 500,
    });
    expect(said).not.toContain(CANARY);
  }
  await server.stop();
});

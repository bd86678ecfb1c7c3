import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { stringify } from "yaml";
import { collectingIo } from "../../harness/collecting-io.ts";
import { conformanceCommand } from "../../harness/commands/conformance/conformance-command.ts";
import { ensureTlsFiles } from "../../harness/commands/gateway/tls-files.ts";
import { freePort } from "../../harness/free-port.ts";
import { startReportingApp } from "../../harness/reporting-app/index.ts";

const FIRST = "First-Pa55word-0f-People";

test("our rotator, as a process over TLS, passes every case: killed, and with a disturbed line to its system", async () => {
  const directory = await mkdtemp(join(tmpdir(), "conformance-own-"));
  const at = (name: string) => join(directory, name);
  const { cert, key } = await ensureTlsFiles(directory, "127.0.0.1", Date.now());
  const app = await startReportingApp({
    certificate: { cert, key },
    hashCost: 2 ** 10,
    lockAfter: 1_000,
    accounts: [{ username: "svc", password: FIRST }],
  });
  const [rotatorPort, validatorPort, relayPort] = [
    ...[await freePort(), await freePort(), await freePort()],
  ];
  const config = (origin: string) =>
    stringify({
      listen: {
        ...{ host: "127.0.0.1", port: rotatorPort },
        tls: { cert_file: "cert.pem", key_file: "key.pem" },
      },
      metrics: { port: 0 },
      akeyless: {
        access_ids: ["p-mine"],
        validation_url: `https://localhost:${validatorPort}/validate-producer-credentials`,
        ca_file: "ca.pem",
      },
      keys: [{ id: "k1", file: "rotator.key" }],
      items: { "/own": { system: "app", usernames: ["svc"] } },
      systems: { app: { type: "http", recipe: "reporting-app", origin, ca_file: "ca.pem" } },
    });
  await writeFile(at("rotator.key"), randomBytes(32).toString("base64"));
  await writeFile(at("rotator.yaml"), config(`https://localhost:${relayPort}`));
  // Logs in past the line that is disturbed.
  await writeFile(at("login.yaml"), config(app.url));
  const payload = { system: "app", username: "svc", current_password: FIRST };
  await writeFile(at("payload.json"), JSON.stringify({ ...payload, policy: { length: 20 } }));
  const serve = `'${process.execPath}' --import tsx cli.ts serve --config '${at("rotator.yaml")}'`;
  const restart = `kill -9 $(cat '${at("pid")}' 2>/dev/null) 2>/dev/null; ${serve} >/dev/null 2>&1 & echo $! > '${at("pid")}'`;
  onTestFinished(async () => {
    process.kill(Number(await readFile(at("pid"), "utf8")));
    await app.stop();
    await rm(directory, { recursive: true });
  });
  await promisify(execFile)("sh", ["-c", restart]);
  await expect
    .poll(() => fetchQuietly(`https://localhost:${rotatorPort}/healthz`, cert), { timeout: 60_000 })
    .toBe(true);
  const { io, said } = collectingIo();
  said.code = -1;
  await conformanceCommand(io).parseAsync(
    [
      ...[
        "--url",
        `https://localhost:${rotatorPort}/rotate`,
        "--payload",
        `@${at("payload.json")}`,
      ],
      ...["--item", "/own", "--access-id", "p-mine", "--wait", "30", "--seed", "1", "--json"],
      ...["--port", "0", "--tls-port", String(validatorPort), "--tls-folder", directory],
      ...["--ca-file", at("ca.pem"), "--login-recipe", at("login.yaml")],
      ...["--restart", restart, "--relay", `${relayPort}=localhost:${new URL(app.url).port}`],
    ],
    { from: "user" },
  );
  const { cases } = JSON.parse(said.out) as { cases: { id: string; result: string }[] };
  expect(cases.filter(({ result }) => result !== "passed")).toEqual([]);
  expect(cases.map(({ id }) => id)).toContain("R10");
  expect(said.code).toBe(0);
});

/** Whether somebody answers there, with a certificate of `authority`. */
function fetchQuietly(url: string, authority: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { ca: authority, agent: false }, (response) => {
      response.resume();
      resolve(true);
    }).on("error", () => resolve(false));
  });
}

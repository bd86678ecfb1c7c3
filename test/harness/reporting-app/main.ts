/** The reporting application as a process of its own, with one account: for deploy/compose.yaml. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startReportingApp } from "./start.ts";

const text = { type: "string", default: "" } as const;
const { values } = parseArgs({
  options: { port: text, cert: text, key: text, username: text, password: text },
});
const { username, password } = values;
const app = await startReportingApp({
  port: Number(values.port),
  certificate: { cert: readFileSync(values.cert, "utf8"), key: readFileSync(values.key, "utf8") },
  accounts: [{ username, password }],
});
process.stdout.write(`The application listens on ${app.url}.\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void app.stop());

// Runs the tests with Node's own runner: Node loads TypeScript itself where it can, else tsx does.
import { execFileSync } from "node:child_process";

const loader = process.features.typescript ? [] : ["--import", "tsx"];
execFileSync(process.execPath, [...loader, "--test", "depot.test.ts"], { stdio: "inherit" });

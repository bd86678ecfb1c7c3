import { randomUUID } from "node:crypto";
import { describe, it } from "vitest";
import { memorySystem, systemContract } from "../../harness/index.ts";

describe("memorySystem keeps the contract of systems", () => {
  const checks = systemContract(["passwords", "compares-current"], async () => ({
    system: memorySystem(new Map([["svc", "first"]])),
    current: { username: "svc", password: "first" },
    freshPassword: () => randomUUID(),
  }));
  for (const { name, run } of checks) it(name, run);
});

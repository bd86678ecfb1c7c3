import { describe, test } from "vitest";
import { type ContractSubject, systemContract } from "../../rotator/testing/contract.ts";
import { startReportingApp } from "../harness/reporting-app/start.ts";
import { systemFrom } from "../unit/rotator/systems/support.ts";

const script = new URL("../../docs/examples/reporting-hook.sh", import.meta.url).pathname;
let count = 0;

async function subject(): Promise<ContractSubject> {
  const current = { username: "svc-reporting", password: `First "password" \\ 1 $HOME` };
  const policy = { minimumLength: 12, maximumLength: 64, required: [], forbidden: "" };
  const app = await startReportingApp({ accounts: [current], lockAfter: 50, policy });
  return {
    system: await systemFrom({
      type: "command",
      command: script,
      environment: { API_URL: app.url },
    }),
    current,
    freshPassword: () => `Fresh'\\n\`id\` $(id) "p" ${count++}!`,
    weakPassword: "short",
    outage: {
      begin: () => app.faults.inject("error-before", { at: "login", times: 10 }),
      end: () => app.faults.clear(),
    },
    dispose: () => app.stop(),
  };
}

describe("the script of docs/guides/move-a-hook-script.md, run by bash with curl and jq", () => {
  const features = ["passwords", "compares-current", "policy", "outage"] as const;
  for (const { name, run } of systemContract(features, subject)) test(name, run);
});

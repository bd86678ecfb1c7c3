import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { initCommand } from "../../../../stacks/init/init-command.ts";
import { tellNext } from "../../../../stacks/init/overview.ts";
import { temporaryFolder } from "../../rotator/temporary-folder.ts";
import { runKit } from "../operations/run-command.ts";

function next(folder: string, environment: Record<string, string> = {}): string {
  let told = "";
  const out = (text: string) => {
    told += text;
  };
  tellNext(folder, { out, environment });
  return /^Next: +(.+)$/m.exec(told)?.[1] ?? told;
}

test("the next command follows what the folder has, from nothing to a deployed project", async () => {
  const folder = temporaryFolder({});
  expect(next(folder)).toBe("rotation-kit init");
  await runKit(initCommand, [folder, "--yes"], {});
  expect(next(folder)).toBe("npm install");
  mkdirSync(join(folder, "node_modules"));
  expect(next(folder)).toBe("edit rotator.yaml: akeyless.access_ids");
  writeFileSync(join(folder, "rotator.yaml"), "akeyless: { access_ids: [p-1] }");
  expect(next(folder)).toBe("rotation-kit gateway");
  const environment = { AKEYLESS_GATEWAY: "https://gw.corp:8081" };
  expect(next(folder, environment)).toBe("rotation-kit plan");
  mkdirSync(join(folder, "cdktf.out"));
  expect(next(folder, environment)).toBe("rotation-kit status");
});

test.each([
  "https://person:canary@gw.corp:8081?token=canary#canary",
  "canary",
  "https://canary:\u001b[31m",
])("the gateway's address is told without a credential: %j", (address) => {
  let told = "";
  const out = (text: string) => {
    told += text;
  };
  tellNext(temporaryFolder({}), { out, environment: { AKEYLESS_GATEWAY: address } });
  expect(told).toContain("Gateway: ");
  expect(told).not.toContain("canary");
  expect(told).not.toContain("\u001b");
});

test("where only a rotator is configured, the next command checks it", () => {
  const folder = temporaryFolder({ "rotator.yaml": "" });
  expect(next(folder)).toBe("rotation-kit serve --config rotator.yaml --check");
});

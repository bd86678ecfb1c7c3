import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { App, LocalBackend } from "cdktf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Environment } from "../../../stacks/environment.ts";
import { RotationStack } from "../../../stacks/rotation-stack.ts";
import { declare } from "../../harness/deployment/catalog.ts";
import { type Gateway, startGateway } from "../../harness/gateway/index.ts";
import { createAuthority } from "../../harness/pki.ts";
import { runCommand } from "../../harness/processes.ts";
import { installProvider } from "../../harness/terraform-provider/install.ts";
import {
  type RotatorDouble,
  startRotatorDouble,
} from "../../unit/harness/gateway/rotator-double.ts";
import { KIT_COMMAND } from "../kit-command.ts";

const NAMES = ["staging", "production"] as const;
type Name = (typeof NAMES)[number];

// The catalog that the kit ships, as one app with two stacks, each with its gateway and state.
describe("two environments from one catalog", () => {
  let directory: string;
  let provider: Readonly<Record<string, string>>;
  let rotator: RotatorDouble;
  let gateways: Readonly<Record<Name, Gateway>>;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "rotation-kit-environments-"));
    ({ environment: provider } = await installProvider(path.join(directory, "provider")));
    const authority = await createAuthority();
    rotator = await startRotatorDouble(await authority.issue({ hosts: ["localhost"] }));
    // It keeps the policy that the catalog declares, which the check compares.
    rotator.answer = ({ body }) =>
      JSON.stringify({ ...JSON.parse(body.payload), current_password: "Rotated-Pa55word" });
    const start = () => startGateway({ trustedAuthority: authority.cert });
    gateways = { staging: await start(), production: await start() };
    synthesize();
  });
  afterAll(async () => {
    await Promise.all([...NAMES.map((name) => gateways[name].stop()), rotator.stop()]);
    await rm(directory, { recursive: true, force: true });
  });

  const item = (name: Name) => gateways[name].item("/reporting-app-svc");

  function synthesize(): void {
    const app = new App({ outdir: path.join(directory, "cdktf.out") });
    for (const name of NAMES) {
      const environment: Environment = {
        kitCommand: KIT_COMMAND,
        gatewayAddress: gateways[name].url,
        rotatorUrl: rotator.url,
        intervalUnit: "days",
        secureRemoteAccess: name === "staging" ? "enabled" : "staged",
        deleteProtection: name === "production",
        tags: [`environment:${name}`],
        backend: (stack) =>
          new LocalBackend(stack, { path: path.join(directory, `${name}.tfstate`) }),
      };
      declare(new RotationStack(app, name, environment));
    }
    app.synth();
  }

  async function terraform(name: Name, ...args: string[]) {
    const { PATH = "", HOME = "" } = process.env;
    return runCommand("terraform", [...args, "-no-color"], {
      cwd: path.join(directory, "cdktf.out", "stacks", name),
      env: {
        PATH,
        HOME,
        ...provider,
        AKEYLESS_ACCESS_ID: gateways[name].accessId,
        AKEYLESS_ACCESS_KEY: gateways[name].accessKey,
        TF_VAR_reporting_app_password: `first-of-${name}`,
      },
    });
  }

  it("deploy to gateways of their own, with what differs between them", async () => {
    for (const name of NAMES) {
      expect(await terraform(name, "init", "-input=false")).toMatchObject({ code: 0 });
      expect(await terraform(name, "apply", "-auto-approve")).toMatchObject({ code: 0 });
    }
    expect(item("staging")).toMatchObject({
      tags: ["environment:staging"],
      deleteProtection: false,
      remoteAccess: { enable: true },
    });
    expect(item("production")).toMatchObject({
      tags: ["environment:production"],
      deleteProtection: true,
      remoteAccess: { enable: false },
    });
    expect(item("staging")?.versions[0]?.payload).toContain("first-of-staging");
    expect(item("production")?.versions[0]?.payload).toContain("first-of-production");
  });

  it("end one by one: what is protected stays, and so does its neighbor", async () => {
    expect(await terraform("staging", "destroy", "-auto-approve")).toMatchObject({ code: 0 });
    expect(item("staging")).toBeUndefined();
    const refused = await terraform("production", "destroy", "-auto-approve");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("Instance cannot be destroyed");
    expect(item("production")).toBeDefined();
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { Identifiers } from "../../../../stacks/operations/import/identifiers.ts";
import { importCommand } from "../../../../stacks/operations/import-command.ts";
import { setStage } from "../../harness/gateway/api.ts";
import { runCommand } from "./run-command.ts";

test("the code is what a person would write", async () => {
  const { gateway, post, createSecret } = await setStage();
  await createSecret({
    name: "/prod/reporting app",
    "target-name": "/rotator",
    "custom-payload": JSON.stringify({ system: "app", username: "svc", password: "canary" }),
    description: "quarterly */ %{report}",
    "auto-rotate": "true",
    "rotation-interval": "30",
    "rotation-hour": 3,
    "secure-access-enable": "true",
    "secure-access-web": "true",
    "secure-access-url": "https://app.example",
    "rotate-after-disconnect": "true",
    "lock-during-sra-session": "true",
  });
  await post("/target-update-web", { name: "/rotator", url: "https://rotator.example/rotate" });
  const run = await runCommand(importCommand, ["--path", "/prod/", "--out-of-state"], {
    AKEYLESS_GATEWAY: gateway.url,
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
  });
  expect(run.stdout.slice(run.stdout.indexOf("export"))).toMatchInlineSnapshot(`
    "export function declareImported(stack: Construct): void {
      const scope = new Construct(stack, "imported");
      // What is live keeps its meaning, whatever the environment's settings are.
      applySettings(scope, { intervalUnit: "days", secureRemoteAccessStage: "enabled", realisation: "out-of-state" });

      const rotator = new WebTarget(scope, "rotator", { name: "/rotator", url: "https://rotator.example/rotate" });

      new CustomRotatedSecret(scope, "reporting-app", {
        name: "/prod/reporting app",
        description: "quarterly */ %%{report}",
        deleteProtection: false,
        lockDuringSession: true,
        target: rotator,
        payload: new RotationPayload({ system: "app", username: "svc" }),
        schedule: RotationSchedule.every(Duration.days(30), { atHourUtc: 3 }),
        secureRemoteAccess: SecureRemoteAccess.web({ url: "https://app.example", mode: "direct", rotateAfterDisconnect: RotateAfterDisconnect.immediately() }),
      });
    }
    "
  `);
});

test("an empty path is an error with a remedy", async () => {
  const { gateway } = await setStage();
  const run = runCommand(importCommand, ["--path", "/nowhere/"], {
    AKEYLESS_GATEWAY: gateway.url,
    AKEYLESS_ACCESS_ID: gateway.accessId,
    AKEYLESS_ACCESS_KEY: gateway.accessKey,
  });
  await expect(run).rejects.toMatchObject({ code: "nothing_to_import" });
});

test("each path gets a constant that JavaScript accepts, and no two the same", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 20 }), (paths) => {
      const identifiers = new Identifiers();
      const given = [...paths, "/prod/class", "/prod/1", "/prod/scope"].map((path) =>
        identifiers.of(path, "/prod/"),
      );
      for (const { constant, id } of given) {
        expect(() => new Function(`"use strict"; const ${constant} = 1;`)).not.toThrow();
        expect(id).toMatch(/^[A-Za-z0-9-]+$/);
      }
      expect(new Set(given.map(({ constant }) => constant)).size).toBe(given.length);
      expect(new Set(given.map(({ id }) => id)).size).toBe(given.length);
    }),
  );
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { findPrerequisites } from "../../../demo/prerequisites.ts";
import { currentPassword, rotateWithSdk } from "../../../demo/proof.ts";
import { SCENE_ITEM, SCENE_USERNAME, type Scene, startScene } from "../../../harness/scene.ts";
import {
  createTerraformProject,
  type TerraformProject,
} from "../../../harness/terraform-project.ts";
import { installProvider } from "../../../harness/terraform-provider/install.ts";

let scene: Scene;
let project: TerraformProject;

beforeAll(async () => {
  scene = await startScene();
  const env = { PATH: process.env.PATH ?? "", HOME: scene.directory };
  const { terraform } = await findPrerequisites(env, new AbortController().signal);
  const { environment } = await installProvider(`${scene.directory}/terraform`);
  project = await createTerraformProject({
    binary: terraform?.binary ?? "terraform",
    stack: "rotation-demo",
    env: {
      ...env,
      ...environment,
      ...scene.deploymentEnvironment,
    },
  });
});

afterAll(async () => {
  await project?.remove();
  await scene?.stop();
});

// The provider sends the payload that it read when it planned. Nothing in Terraform can prevent
// that for a saved plan; what repairs it is the check's rotation, and a rotator that finds its own
// way back from any payload that it answered lately.
test("a plan from before a rotation sends a dead password, and the account is not lost", async () => {
  await project.deploy();
  const planned = currentPassword(scene.gateway);
  await project.diff({ SRA_STAGE: "enabled" });
  expect(await project.terraform(["plan", "-input=false", "-out=saved"])).toMatchObject({
    code: 0,
  });

  await rotateWithSdk(scene);
  const rotated = currentPassword(scene.gateway);
  expect(rotated).not.toBe(planned);

  const applied = await project.terraform(["apply", "-input=false", "saved"]);
  expect(applied).toMatchObject({ code: 0 });
  const sent = scene.gateway.calls.findLast(({ path }) => path.endsWith("update-custom"));
  expect(JSON.stringify(sent)).toContain(planned);

  expect(await scene.app.accepts(SCENE_USERNAME, currentPassword(scene.gateway))).toBe(true);
  expect(await scene.app.accepts(SCENE_USERNAME, planned)).toBe(false);
  expect(scene.gateway.item(SCENE_ITEM)?.remoteAccess).toMatchObject({ enable: true });
});

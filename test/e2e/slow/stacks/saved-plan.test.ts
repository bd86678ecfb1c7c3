import { afterAll, beforeAll, expect, test } from "vitest";
import { findPrerequisites } from "../../../demo/prerequisites.ts";
import { currentPassword, rotateWithSdk } from "../../../demo/proof.ts";
import {
  createTerraformProject,
  type TerraformProject,
} from "../../../harness/terraform-project.ts";
import { installProvider } from "../../../harness/terraform-provider/install.ts";
import {
  startTestbed,
  TESTBED_ITEM,
  TESTBED_USERNAME,
  type Testbed,
} from "../../../harness/testbed.ts";

let testbed: Testbed;
let project: TerraformProject;

beforeAll(async () => {
  testbed = await startTestbed();
  const env = { PATH: process.env.PATH ?? "", HOME: testbed.directory };
  const { terraform } = await findPrerequisites(env, new AbortController().signal);
  const { environment } = await installProvider(`${testbed.directory}/terraform`);
  project = await createTerraformProject({
    binary: terraform?.binary ?? "terraform",
    stack: "rotation-demo",
    env: {
      ...env,
      ...environment,
      ...testbed.deploymentEnvironment,
    },
  });
});

afterAll(async () => {
  await project?.remove();
  await testbed?.stop();
});

// The provider sends the payload that it read when it planned. Nothing in Terraform can prevent
// that for a saved plan; what repairs it is the check's rotation, and a rotator that finds its own
// way back from any payload that it answered lately.
test("a plan from before a rotation sends a dead password, and the account is not lost", async () => {
  await project.deploy();
  const planned = currentPassword(testbed.gateway);
  await project.diff({ SRA_STAGE: "enabled" });
  expect(await project.terraform(["plan", "-input=false", "-out=saved"])).toMatchObject({
    code: 0,
  });

  await rotateWithSdk(testbed);
  const rotated = currentPassword(testbed.gateway);
  expect(rotated).not.toBe(planned);

  const applied = await project.terraform(["apply", "-input=false", "saved"]);
  expect(applied).toMatchObject({ code: 0 });
  const sent = testbed.gateway.calls.findLast(({ path }) => path.endsWith("update-custom"));
  expect(JSON.stringify(sent)).toContain(planned);

  expect(await testbed.app.accepts(TESTBED_USERNAME, currentPassword(testbed.gateway))).toBe(true);
  expect(await testbed.app.accepts(TESTBED_USERNAME, planned)).toBe(false);
  expect(testbed.gateway.item(TESTBED_ITEM)?.remoteAccess).toMatchObject({ enable: true });
});

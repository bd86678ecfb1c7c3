import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Realisation,
  RotatedAppCredential,
  SensitiveInput,
  WebTarget,
  type WebTargetProps,
} from "../../../stacks/constructs/index.ts";
import { type Declare, type Stage, setStackStage } from "./stacks/stage.ts";

const BEFORE = { description: "before", maxVersions: 3, key: "/keys/a" };
const AFTER = { description: "after", maxVersions: 5, key: "/keys/b", keepPreviousVersion: true };

const declare =
  (
    realisation: Realisation,
    path: string,
    props: Partial<WebTargetProps>,
    deleteProtection = false,
  ): Declare =>
  (stack, rotator) => {
    const url = `${rotator.targetUrl}${path}`;
    const target = new WebTarget(stack, "target", {
      realisation,
      name: "/changing",
      url,
      ...props,
    });
    new RotatedAppCredential(stack, "app", {
      realisation,
      target,
      system: "app",
      username: "svc",
      currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
      deleteProtection,
    });
  };

describe.each<Realisation>([
  "provider",
  "out-of-state",
])("a Web Target managed as %s", (realisation) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStackStage();
    await stage.deploy(declare(realisation, "", BEFORE));
  });
  afterAll(() => stage.stop());

  const item = () => stage.gateway.item("/app");
  const sent = () =>
    stage.gateway.calls.findLast(({ path }) => path.endsWith("/target-update-web"))?.body;

  it("changes its settings in place, without a rotation", async () => {
    const before = structuredClone(item());
    await stage.deploy(declare(realisation, "", AFTER));
    expect(sent()).toMatchObject({
      description: "after",
      key: "/keys/b",
      "max-versions": "5",
      "keep-prev-version": "true",
    });
    expect(item()).toEqual(before);
    expect(await stage.plannedActions()).toEqual([]);
  });

  it("changes its address, and the check proves the new one", async () => {
    const { id } = item() ?? {};
    await stage.deploy(declare(realisation, "/next", AFTER));
    expect(stage.rotator.requests.at(-1)?.url).toBe("/rotate/next");
    expect(item()).toMatchObject({ id, lastVersion: 3 });
  });

  it("is replaced by another name, together with its secret, which the plan shows", async () => {
    await stage.synthesize(declare(realisation, "/next", { ...AFTER, name: "/changed" }));
    const deleted = (await stage.plannedActions()).filter((action) =>
      /: delete\+create/.test(action),
    );
    const [type, secret, target] =
      realisation === "provider"
        ? ["akeyless_", "rotated_secret_custom.app", "target_web.target"]
        : ["null_resource.", "app_Secret_Life", "target_Life"];
    expect(deleted).toEqual(
      expect.arrayContaining(
        [secret, target].map((name) => expect.stringContaining(`${type}${name}`)),
      ),
    );
  });

  it("is not replaced by another name while its secret is protected", async () => {
    await stage.deploy(declare(realisation, "/next", AFTER, true));
    const renamed = { ...AFTER, name: "/changed" };
    await stage.synthesize(declare(realisation, "/next", renamed, true));
    const { code, stderr } = await stage.terraform(["plan", "-input=false"], { mayFail: true });
    expect(code).toBe(1);
    expect(stderr.replace(/[│╷╵\s]+/g, " ")).toContain(
      "/app is protected from deletion, but this plan would replace it",
    );
  });
});

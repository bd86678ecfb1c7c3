import { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import {
  RotatedAppCredential,
  renamedFrom,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { newStack } from "./support.ts";

function declare(scope: Construct, id: string) {
  const target = WebTarget.fromName(scope, `${id}-target`, "/rotator");
  return new RotatedAppCredential(scope, id, { target, system: "app", username: "svc" });
}

const addresses = (credential: RotatedAppCredential) =>
  credential.node
    .findAll()
    .filter((node) => TerraformResource.isTerraformResource(node))
    .map(
      ({ terraformResourceType, friendlyUniqueId }) =>
        `${terraformResourceType}.${friendlyUniqueId}`,
    );

const moves = (credential: RotatedAppCredential) =>
  credential.node
    .findAll()
    .flatMap((node) =>
      "toTerraform" in node ? [(node as { toTerraform(): unknown }).toTerraform()] : [],
    )
    .flatMap((rendered) => (rendered as { moved?: { from: string; to: string }[] }).moved ?? []);

describe("renamedFrom", () => {
  it("moves every resource below the construct from the address that it had", () => {
    const former = addresses(declare(newStack(), "former"));
    const renamed = declare(newStack(), "renamed");
    renamedFrom(renamed, "former");
    expect(moves(renamed).map(({ from }) => from)).toEqual(former);
    expect(moves(renamed).map(({ to }) => to)).toEqual(addresses(renamed));
  });

  it("knows constructs that moved to another parent", () => {
    const former = addresses(declare(new Construct(newStack(), "group"), "app"));
    const moved = declare(newStack(), "app");
    renamedFrom(moved, "group/app");
    expect(moves(moved).map(({ from }) => from)).toEqual(former);
  });

  it("moves a construct that is a resource itself", () => {
    const target = new WebTarget(newStack(), "new", { name: "/t", url: "https://t" });
    renamedFrom(target, "old");
    expect((target.resource.toTerraform() as { moved: unknown }).moved).toEqual([
      {
        from: `akeyless_target_web.${new WebTarget(newStack(), "old", { name: "/t", url: "https://t" }).resource.friendlyUniqueId}`,
        to: `akeyless_target_web.${target.resource.friendlyUniqueId}`,
      },
    ]);
  });
});

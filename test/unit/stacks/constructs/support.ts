import { App, type TerraformElement, TerraformStack, Testing } from "cdktf";
import { AnnotationMetadataEntryType } from "cdktf/lib/annotations.js";
import type { IConstruct } from "constructs";
import {
  applySettings,
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  Duration,
  GatewayProvider,
  RotationPayload,
  RotationSchedule,
  type Settings,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";

/** A stack with its gateway, as most tests need it. */
export function newStack(
  settings: Settings = { intervalUnit: "days" },
  id = "test",
): TerraformStack {
  const stack = new TerraformStack(Testing.stubVersion(new App()), id);
  applySettings(stack, settings);
  new GatewayProvider(stack, "Gateway");
  return stack;
}

/** Declares a secret; properties add to or replace the usual ones. */
export function newSecret(
  stack: TerraformStack,
  props: Partial<CustomRotatedSecretProps> = {},
  id = "secret",
): CustomRotatedSecret {
  return new CustomRotatedSecret(stack, id, {
    name: "/prod/app",
    target: WebTarget.fromName(stack, `${id}-target`, "/rotator"),
    payload: new RotationPayload({ system: "app", username: "svc" }),
    schedule: RotationSchedule.every(Duration.days(30)),
    ...props,
  });
}

/** The attributes of a resource as Terraform reads them, after all aspects and validations. */
export function attributesOf(element: TerraformElement): Record<string, unknown> {
  const stack = TerraformStack.of(element);
  const { resource } = JSON.parse(Testing.synth(stack, true)) as {
    resource: Record<string, Record<string, Record<string, unknown>>>;
  };
  const all = Object.values(resource).flatMap((type) => Object.entries(type));
  const { "//": _, ...attributes } =
    all.find(([name]) => name === element.friendlyUniqueId)?.[1] ?? {};
  return attributes;
}

/** Warnings of a construct and everything below it. */
export function warningsAt(construct: IConstruct): string[] {
  return construct.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === AnnotationMetadataEntryType.WARN)
    .map(({ data }) => String(data));
}

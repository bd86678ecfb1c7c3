import { type TerraformResource, TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import { WebTarget, type WebTargetProps } from "../../../../stacks/constructs/index.ts";
import { targetHttp } from "../../../../stacks/rules/domain/akr030-target-http.ts";
import { collectDeployment } from "../../../../stacks/rules/synth/collect.ts";
import { attributesOf, newStack } from "./support.ts";

const declare = (props: Partial<WebTargetProps> = {}) =>
  new WebTarget(newStack(), "target", {
    name: "rotator",
    url: "https://rotator.internal/rotate",
    ...props,
  });

describe("WebTarget", () => {
  it("sends what was declared, the name with the slash that Akeyless stores", () => {
    expect(attributesOf(declare().resource)).toEqual({
      name: "/rotator",
      url: "https://rotator.internal/rotate",
      lifecycle: {
        ignore_changes: ["name", "description", "key"],
        replace_triggered_by: [expect.stringMatching(/^null_resource\.target_Identity_/)],
      },
    });
    const declared = declare({ description: "d", key: "k" }).resource;
    expect(attributesOf(declared).lifecycle).toMatchObject({ ignore_changes: ["name"] });
  });

  it("is replaced by another name, not by another spelling of it", () => {
    const triggers = (name: string) =>
      attributesOf(declare({ name }).node.findChild("Identity") as TerraformResource).triggers;
    expect(triggers("rotator")).toEqual({ item: "/rotator" });
    expect(triggers("/rotator")).toEqual(triggers("rotator"));
  });

  it.each<[Partial<WebTargetProps>, Record<string, unknown>]>([
    [{ description: "d" }, { description: "d" }],
    [{ key: "k" }, { key: "k" }],
    [{ maxVersions: 3 }, { max_versions: "3" }],
    [{ keepPreviousVersion: true }, { keep_prev_version: "true" }],
  ])("translates %j", (props, expected) => {
    expect(attributesOf(declare(props).resource)).toMatchObject(expected);
  });

  it("takes plain http where that is asked for, which a rule reports", () => {
    const target = declare({ url: "http://rotator.internal/rotate", allowHttp: true });
    expect(attributesOf(target.resource).url).toBe("http://rotator.internal/rotate");
    const { resources, providers, backend } = collectDeployment(TerraformStack.of(target));
    const found = targetHttp.check({ deployment: { resources, providers, backend } } as never);
    expect([...found].map(({ message }) => message)).toEqual([
      'the url of "rotator.internal" starts with "http:" instead of "https:"',
    ]);
  });

  it("has its resource as default child, and takes over a target that exists", () => {
    const target = declare({ adoptExisting: true });
    expect(target.node.defaultChild).toBe(target.resource);
    expect(target.resource.toTerraform().import).toEqual([
      expect.objectContaining({ id: "/rotator" }),
    ]);
  });

  it("refers to a target that is declared elsewhere", () => {
    expect(WebTarget.fromName(newStack(), "target", "other")).toMatchObject({
      targetName: "/other",
      targetPath: "/other",
    });
  });

  it.each<[string, Partial<WebTargetProps>, RegExp]>([
    [
      "no address",
      { url: "rotator" },
      /test\/target: the Web Target's url is "rotator", which is not an address/,
    ],
    [
      "plain http",
      { url: "http://rotator/rotate" },
      /http:\/\/rotator: only https is allowed, because credentials travel over it, or ask for it with allowHttp: true/,
    ],
    [
      "another scheme, whatever is allowed",
      { url: "ftp://rotator/rotate", allowHttp: true },
      /ftp:\/\/rotator: only https is allowed/,
    ],
    ["a fragment", { url: "https://rotator/#x" }, /a fragment is never sent/],
    ["an empty name", { name: "/" }, /the Web Target is named "\/"/],
    ["no version", { maxVersions: 0 }, /maxVersions is 0; allowed are whole numbers/],
  ])("refuses %s", (_, props, message) => {
    expect(() => declare(props)).toThrow(message);
  });

  it("refuses credentials in the address without repeating them", () => {
    expect(() => declare({ url: "https://admin:hunter2@rotator/rotate" })).toThrow(
      "test/target: the Web Target's url is on rotator with a user name or password in it: leave them out",
    );
  });
});

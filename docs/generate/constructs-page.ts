import { code, GENERATED, table } from "./markdown.ts";
import { type Exported, exportsOf, factoriesOf, propertiesOf } from "./source.ts";

/** The files of the public API in the order in which a newcomer meets them. */
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  "One credential in five lines": ["rotated-app-credential"],
  "Web Target": ["web-target", "rotator-configuration"],
  "Custom rotated secret": ["custom-rotated-secret-props", "custom-rotated-secret"],
  Payload: ["rotation-payload", "sensitive-input"],
  "Schedule and policy": ["rotation-schedule", "duration", "password-policy"],
  "Secure Remote Access": ["secure-remote-access", "rotate-after-disconnect"],
  "Checks after a deploy": ["rotation-check", "drift-check"],
  "Gateway and login": ["gateway-provider", "gateway-login"],
  "Whole stacks": ["settings", "item-tags", "renamed-from"],
};

/** docs/reference/constructs.md, from the doc comments of the sources. */
export function constructsPage(): string {
  const sections = Object.entries(SECTIONS).map(
    ([title, files]) => `## ${title}\n\n${files.flatMap(describeFile).join("\n\n")}`,
  );
  return `# Constructs

${GENERATED}

Everything that \`stacks/constructs/index.ts\` exports. [Guide](../guides/declare-a-secret.md) ·
[what each property is called in Akeyless](coverage.md)

${sections.join("\n\n")}

Every construct has its resource of the provider as \`node.defaultChild\`, for what no property offers:
\`(secret.node.defaultChild as RotatedSecretCustom).addOverride("name_of_attribute", value)\`.
`;
}

function describeFile(file: string): string[] {
  return exportsOf(`stacks/constructs/${file}.ts`).filter(isInteresting).map(describe);
}

/** Interfaces with properties, classes with ways to make them, and whatever else is documented. */
const isInteresting = ({ name }: Exported): boolean =>
  !/^(chosen|secureRemoteAccessStage)/.test(name);

function describe(exported: Exported): string {
  const properties = propertiesOf(exported);
  const factories = factoriesOf(exported);
  const isInterface = /Props$|Options$|^I[A-Z]|^Settings$|Rule$|Account$|Declaration$/;
  return [
    `### ${exported.name}\n\n${exported.doc}`,
    ...(isInterface.test(exported.name) && properties.length > 0
      ? [
          table(
            ["Property", "Type", "Default", "Meaning"],
            properties.map((member) => [
              code(member.name),
              code(member.type),
              member.optional ? member.default : "required",
              member.doc,
            ]),
          ),
        ]
      : []),
    ...(factories.length > 0
      ? [
          table(
            ["Make one with", "Meaning"],
            factories.map(({ name, type, doc }) => [
              code(`${exported.name}.${name}(${type})`),
              doc,
            ]),
          ),
        ]
      : []),
  ].join("\n\n");
}

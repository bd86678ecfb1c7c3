import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "../../common/version.ts";
import type { ProjectAnswers } from "./answers.ts";
import { RECIPE_FILE, rotatorYaml } from "./rotator-yaml.ts";

/** A file of the new project: its path from the top level, and what it says. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

/** docs/examples of the kit, which the package holds too: above the sources, or above dist/. */
const EXAMPLES = ["../..", "../../.."]
  .map((top) => join(import.meta.dirname, top, "docs/examples"))
  .find((folder) => existsSync(folder));

/** The workflows by the service that runs them, and where it looks for them. */
const WORKFLOWS: Readonly<Record<string, { example: RegExp; place(name: string): string }>> = {
  github: {
    example: /^github-(.+)$/,
    place: (name) => `.github/workflows/${name}`,
  },
  gitlab: { example: /^(gitlab-ci\.yml)$/, place: (name) => `.${name}` },
};

/** Every file of a project with these answers. */
export async function projectFiles(answers: ProjectAnswers): Promise<ProjectFile[]> {
  const examples = EXAMPLES ?? "docs/examples";
  const read = (...path: string[]) => readFileSync(join(examples, ...path), "utf8");
  const own = readdirSync(join(examples, "project"))
    .filter((name) => name !== RECIPE_FILE || answers.recipe === "own")
    .map((name) => ({
      path: name === "gitignore" ? ".gitignore" : name,
      text: read("project", name),
    }));
  const workflows = readdirSync(join(examples, "workflows")).flatMap((file) => {
    const { example, place } = WORKFLOWS[answers.ci] ?? {};
    const [, name] = example?.exec(file) ?? [];
    return name && place ? [{ path: place(name), text: read("workflows", file) }] : [];
  });
  return [
    ...[...own, ...workflows].map(({ path, text }) => ({ path, text: fitted(text, answers) })),
    { path: "rotator.yaml", text: await rotatorYaml(answers) },
  ].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** The examples name an application of their own; here each of its names becomes the answer. */
function fitted(text: string, answers: ProjectAnswers): string {
  const { system, username, gateway, rotatorUrl, library } = answers;
  const variable = `${system.replaceAll("-", "_")}_password`;
  const names: Readonly<Record<string, string>> = {
    "https://gateway.internal.example.com:8081": gateway,
    "https://rotator.internal.example.com:8443/rotate": rotatorUrl,
    "svc-warehouse": username,
    warehouse_password: variable,
    warehouse: system,
    reporting_app_password: variable,
    REPORTING_APP_PASSWORD: variable.toUpperCase(),
    "npx cdktf ": "npx cdktn ",
    " --path /prod/": "",
    '"akeyless-rotation-kit": "^0.1.0"': `"akeyless-rotation-kit": "^${VERSION}"`,
    '"cdktf": "^0.21.0"': `"cdktf": "${library === "cdktn" ? "npm:cdktn@^0.24.0" : "^0.21.0"}"`,
  };
  const parts = Object.keys(names).map((name) => name.replaceAll(/[.^/]/g, "\\$&"));
  return text.replaceAll(new RegExp(parts.join("|"), "g"), (name) => names[name] ?? name);
}

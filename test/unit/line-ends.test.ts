import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readKey } from "../../rotator/config/keys.ts";
import { loadConfig } from "../../rotator/config/load.ts";
import { parsePayload } from "../../rotator/rotation/parse-payload.ts";
import { loadRecipe } from "../../rotator/systems/http/load-recipe.ts";
import { parseRulePolicy } from "../../stacks/rules/policy-file.ts";
import { createAuthority } from "../harness/pki.ts";
import { temporaryFolder } from "./rotator/temporary-folder.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const crlf = (text: string) => text.replace(/\r?\n/g, "\r\n");

test("a checkout on a machine that wants CRLF has LF, as shells, Terraform and comparisons need", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "rotation-kit-crlf-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...args: string[]) =>
    execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  git("clone", "--quiet", "-c", "core.autocrlf=true", "-c", "core.eol=crlf", ROOT, folder);
  const files = git("-C", folder, "ls-files", "--eol").trim().split("\n");
  expect(files.length).toBeGreaterThan(500);
  expect(files.filter((line) => /\bw\/(crlf|mixed)\b/.test(line))).toEqual([]);
  expect(git("-C", folder, "status", "--porcelain")).toBe("");
  expect(readFileSync(path.join(folder, ".ci/run"), "utf8")).not.toContain("\r");
});

describe("a file of yours with CRLF says the same as with LF", () => {
  test("rotator.yaml, with its certificate and its key", async () => {
    const authority = await createAuthority();
    const { cert, key } = await authority.issue({ hosts: ["localhost"] });
    const secret = `${randomBytes(32).toString("base64")}\n`;
    const config = [
      "listen: { tls: { cert_file: cert.pem, key_file: key.pem } }",
      "akeyless:",
      "  access_ids:",
      "    - p-gateway # the gateway of production",
      "keys: [{ id: k1, file: rotator.key }]",
      "items:",
      "  /prod/app: { system: app, usernames: [svc] }",
      "systems:",
      "  app:",
      "    type: http",
      "    recipe: gitea",
      "    origin: https://app.internal",
      "    admin: { username: admin, token_file: token }",
      "",
    ].join("\n");
    const load = (ends: (text: string) => string) => {
      const texts = { "cert.pem": cert, "key.pem": key, "rotator.key": secret, token: "t0ken\n" };
      const folder = temporaryFolder(
        Object.fromEntries(
          Object.entries({ ...texts, "rotator.yaml": config }).map(([name, text]) => [
            name,
            ends(text),
          ]),
        ),
      );
      const { config: read } = loadConfig({ file: path.join(folder, "rotator.yaml"), env: {} });
      const keys = read.keys.map(readKey);
      return { keys, read: JSON.stringify(read).replaceAll(folder, "") };
    };
    expect(load(crlf)).toEqual(load((text) => text));
  });

  test("rules.yaml", () => {
    const rules =
      "fail_at: critical\noff:\n  AKR044:\n    reason: |\n      two long\n      lines of it\n    owner: us\n";
    expect(parseRulePolicy(crlf(rules))).toEqual(parseRulePolicy(rules));
  });

  const recipes = readdirSync(path.join(ROOT, "rotator/systems/recipes")).filter((name) =>
    name.endsWith(".yaml"),
  );
  test.each(recipes)("the recipe %s", async (name) => {
    const text = readFileSync(path.join(ROOT, "rotator/systems/recipes", name), "utf8");
    const folder = temporaryFolder({ "own.yaml": crlf(text), "same.yaml": text });
    expect(await loadRecipe("./own.yaml", folder)).toEqual(await loadRecipe("./same.yaml", folder));
  });

  test("a payload, whose own line ends stay as they are", () => {
    const text = '{\n  "system": "app",\n  "username": "svc",\n  "note": "a\\r\\nb"\n}\n';
    expect(parsePayload(crlf(text))).toEqual(parsePayload(text));
  });
});

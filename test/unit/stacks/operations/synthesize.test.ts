import { expect, test } from "vitest";
import { synthesize } from "../../../../stacks/operations/plan/synthesize.ts";
import { temporaryFolder } from "../../rotator/temporary-folder.ts";

test("what a synthesis says goes on without the credentials of the environment", async () => {
  const said =
    "[app/x] AKR050 (high): delete protection is off, s3cret-of-ours\nError: s3cret-of-ours in /home/of/us/app";
  const project = temporaryFolder({
    "app.sh": `cat >&2 <<'END'\n${said}\nEND\nexit 1\n`,
    "cdktf.json": JSON.stringify({ app: "sh app.sh" }),
  });
  const environment = {
    PATH: process.env.PATH,
    TF_VAR_password: "s3cret-of-ours",
    PWD: "/home/of/us",
  };
  expect(await synthesize(project, environment, new AbortController().signal)).toEqual({
    complaint: `${said.replaceAll("s3cret-of-ours", "(hidden)")}\n`,
    refusals: [
      {
        ...{ path: "app/x", rule: "AKR050", severity: "high" },
        message: "delete protection is off, (hidden)",
      },
    ],
  });
});

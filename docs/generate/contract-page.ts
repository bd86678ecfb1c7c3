import { CASES, PROFILES } from "../../test/harness/conformance/cases.ts";
import { GENERATED } from "./markdown.ts";

/** docs/reference/rotator-contract.md, from the cases of the conformance test. */
export function contractPage(): string {
  const profiles = PROFILES.map((profile) => {
    const cases = CASES.filter((each) => each.profile === profile);
    return `## ${profile}\n\n${cases
      .map(
        ({ id, title, sends, expects, why, repair }) =>
          `### ${id} ${title}\n\n- Sends: ${sends}.\n- Expects: ${expects}.\n- Why: ${why}\n- Repair: ${repair}\n`,
      )
      .join("\n")}`;
  });
  return `# The contract of a rotator

${GENERATED}

A rotator is a web service in any language. The gateway sends \`POST\` to the Web Target's URL, exactly as
it is stored, with the header \`AkeylessCreds: <jwt>\` and the body \`{"payload":"<text>"}\`. The rotator asks
\`validate-producer-credentials\` about the token, changes the credential, and answers
\`200 {"payload":"<text>"}\`. That text replaces the stored one and comes back with the next rotation.
Anything else is a failed rotation, and Akeyless shows its body to people.

\`rotation-kit conformance\` plays Akeyless against a rotator and runs these cases in this order. They are
also in [rotator-cases.json](rotator-cases.json), for other tools.

- Each case is passed, failed, a warning, or skipped with its reason. A warning is something that
  public samples leave out on purpose, or that a rotator may do; it counts as passed. Exit code 2 means that a case failed.
- A dry run is a request like any other: the real payload and the gateway's access id. Its answer may be thrown away,
  which is R1.
- After a case that loses the account for good, the cases that follow are skipped.
- To find out whether a password opens the account, the test runs the command of \`--login\`, or logs in to the
  system of \`--login-recipe\`. Without them, it skips such cases or relies on the rotator's answers alone.
- With \`--relay 9443=app.internal:443\` the test stands between the rotator and its system: configure the rotator
  to reach the system at port 9443 of 127.0.0.1. The test then cuts and slows down this line.
- The test rotates the account many times. Use one that nobody needs.
- The facts come from public sources ([emulator](emulator.md)); Akeyless publishes no contract of its own.

${profiles.join("\n")}`;
}

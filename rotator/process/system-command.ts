import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { defined } from "../../common/defined.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import type { Credential } from "../systems/system.ts";
import { FOR_PEOPLE, forMachines } from "./system-report.ts";

interface Options {
  readonly config?: string;
  readonly recipe?: string;
  readonly origin?: string;
  readonly authority?: string;
  readonly caFile?: string;
  readonly allowPlainHttp?: true;
  readonly parameter?: Record<string, string>;
  readonly adminUsername?: string;
  readonly adminPasswordFile?: string;
  readonly adminTokenFile?: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly payloadFile?: string;
  readonly keep?: string;
  readonly json?: true;
}

/** `rotation-kit system probe|rehearse`: tries a system before the first rotation does. */
export function systemCommand(): Command {
  return new Command("system")
    .description("try a system of rotator.yaml, or a recipe, with a test account")
    .addCommand(
      subcommand("probe", "log in once with the right password and once with a wrong one"),
    )
    .addCommand(
      subcommand(
        "rehearse",
        "rotate a test account, lose and repeat answers, and set the first password back",
      ),
    );
}

type Name = "probe" | "rehearse";

function subcommand(name: Name, description: string): Command {
  return new Command(name)
    .description(description)
    .argument("[system]", "name of a system in the configuration")
    .option("--config <file>", "rotator.yaml with the system")
    .option("--recipe <file>", "path of a recipe, or the name of a shipped one")
    .option("--origin <url>", "with --recipe: scheme, host and port of the product")
    .option("--authority <who>", "with --recipe: account or admin", "account")
    .option("--ca-file <file>", "with --recipe: authorities of the product's certificate")
    .option("--allow-plain-http", "with --recipe: accept http on loopback")
    .option("--parameter <name=value>", "with --recipe: repeat for each", collect)
    .option("--admin-username <name>", "with --recipe: user name of the admin credential")
    .option("--admin-password-file <file>", "with --recipe: its password")
    .option("--admin-token-file <file>", "with --recipe: its token")
    .option("--username <name>", "the account; default: test_account of the system")
    .option("--password-file <file>", "its password")
    .option(
      "--payload-file <file>",
      "file with a stored payload, instead of user name and password",
    )
    .option(
      "--keep <file>",
      "rehearse: file for the new password if the first one cannot be set back",
    )
    .option("--json", `print one JSON document at the end (rotation-kit/system-${name}/v1)`)
    .addHelpText("after", HELP[name])
    .action(async (system: string | undefined, options: Options) => {
      process.exitCode = await run(name, system, options);
      // A module may have begun something that would keep the process alive.
      process.exit();
    });
}

const HELP: Readonly<Record<Name, string>> = {
  probe: `
Changes nothing; costs the account one failed login.

Example:
  rotation-kit system probe crm --config rotator.yaml --username svc --password-file ./svc`,
  rehearse: `
Needs no Akeyless. Changes the password of the account four times, the last time back to the given one:
take an account that nothing else uses. A product that remembers passwords refuses the last step: --keep
names a new file for the password that the account has then. Requests to HTTP systems are shown as they are sent, secrets
masked.

Example:
  rotation-kit system rehearse --recipe ./warehouse.yaml --origin https://warehouse.test:8443 \\
    --username svc-test --password-file ./svc-test`,
};

function collect(pair: string, before: Record<string, string> = {}): Record<string, string> {
  const at = pair.indexOf("=");
  if (at <= 0) throw usage("--parameter is name=value");
  return { ...before, [pair.slice(0, at)]: pair.slice(at + 1) };
}

const usage = (problem: string) => new KitError("system_config_invalid", { problem });

async function run(name: Name, system: string | undefined, options: Options): Promise<number> {
  const { openRehearsed } = await import("./open-rehearsed.ts");
  const teller = options.json ? forMachines() : FOR_PEOPLE;
  const watch = name === "rehearse" ? teller.request : undefined;
  const opened = await openRehearsed({ system, ...sourceOf(options), ...defined({ watch }) });
  try {
    const account = await accountOf(options, opened.testAccount);
    opened.secret(account.password);
    if (name === "probe") {
      const { probeSystem } = await import("./probe-system.ts");
      const found = await probeSystem(opened.target.system, account, opened.log);
      teller.probed(found);
      return found.ok ? 0 : 2;
    }
    const { rehearse } = await import("./rehearse.ts");
    const { acts, now } = await rehearse({
      system: opened.target,
      account,
      keyring: opened.keyring,
      log: opened.log,
      onAct: teller.act,
      onSecret: opened.secret,
    });
    const ok = acts.every((act) => act.ok);
    teller.rehearsed(acts, ok ? undefined : keep(now, options.keep));
    return ok ? 0 : 2;
  } finally {
    await opened.close();
  }
}

/** Where to find the password of an account that could not be set back. */
function keep(now: Credential | undefined, file: string | undefined): string {
  if (now === undefined) return "The account may have another password now: set it by hand.";
  if (file === undefined)
    return "The account has another password now: set it by hand, or use --keep.";
  writeFileSync(resolve(file), `${now.password}\n`, { mode: 0o600, flag: "wx" });
  return `The password that the account has now is in ${file}.`;
}

/** Where the system comes from: the configuration, or a recipe with what else it needs. */
function sourceOf(options: Options): { file?: string; entry?: object } {
  if (options.recipe === undefined) return defined({ file: options.config });
  if (options.origin === undefined) throw usage("--recipe needs --origin");
  const admin = defined({
    username: options.adminUsername,
    password_file: options.adminPasswordFile && resolve(options.adminPasswordFile),
    token_file: options.adminTokenFile && resolve(options.adminTokenFile),
  });
  const entry = defined({
    type: "http",
    recipe: options.recipe,
    origin: options.origin,
    authority: options.authority,
    ca_file: options.caFile && resolve(options.caFile),
    allow_plain_http: options.allowPlainHttp,
    parameters: options.parameter,
    admin: Object.keys(admin).length > 0 ? admin : undefined,
  });
  return { entry };
}

async function accountOf(options: Options, test: Credential | undefined): Promise<Credential> {
  if (options.payloadFile !== undefined) return ofPayload(options.payloadFile);
  if (options.username === undefined && test !== undefined) return test;
  if (options.username === undefined || options.passwordFile === undefined)
    throw usage("name an account: --username and --password-file, or test_account of the system");
  const { readFileOf } = await import("../systems/secret-source.ts");
  const password = await readFileOf(resolve(options.passwordFile), "--password-file");
  if (password === "") throw usage("the file of --password-file is empty");
  return { username: options.username, password };
}

async function ofPayload(file: string): Promise<Credential> {
  const { parsePayload } = await import("../rotation/parse-payload.ts");
  const { fields } = parsePayload(readFileSync(resolve(file), "utf8").trim());
  const password = fields.password ?? fields.current_password;
  if (password === undefined) throw usage("the payload of --payload-file holds no password");
  return { username: fields.username, password };
}

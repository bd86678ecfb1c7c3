import type { ErrorEntry } from "./error-entry.ts";

/** Codes of a declaration that cannot be right, raised while an app is synthesized. */
export const DECLARATION_ERRORS = {
  invalid_declaration: {
    message: "{{problem}}",
    remedy:
      "Change the property that the message names; it also says which value was found and which are allowed.",
    kind: "definitive",
  },
  invalid_environment: {
    message: "{{problem}}",
    remedy:
      "Set or unset the environment variable that the message names; `selectEnvironments` lists all of them.",
    kind: "definitive",
  },
  not_offered_by_provider: {
    message: "{{problem}}",
    remedy:
      "The Terraform provider has no attribute for this option. Leave it out, or manage the secret out of state (docs/guides/out-of-state.md).",
    kind: "definitive",
  },
  rotator_would_refuse: {
    message: "{{problem}}",
    remedy:
      "Make the declaration and the rotator's configuration agree: the item, its system and its user name must be listed there.",
    kind: "definitive",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Codes of the emulated gateway and of the conformance test. */
export const EMULATOR_ERRORS = {
  state_file_unreadable: {
    message: "{{file}} cannot be read as a state: {{why}}",
    remedy: "Name a file that `--persist` or `--export` wrote, or one that does not exist yet.",
    kind: "definitive",
  },
  users_file_invalid: {
    message: "{{file}} is not a list of API users: {{why}}",
    remedy:
      "Write a JSON list of users with accessId, accessKey and, if a role limits them, rules: docs/reference/emulator.md shows one.",
    kind: "definitive",
  },
  emulator_unreachable: {
    message: "no emulated gateway answers at {{address}}: {{why}}",
    remedy:
      "Start `rotation-kit gateway`, and paste the export lines that it prints into this terminal.",
    kind: "passing",
  },
  oracle_failed: {
    message: "{{option}} gave no usable answer: {{code}}",
    remedy:
      "The command of `--login` must end with 0 (the payload opens the account) or 1 (it does not), the command of `--restart` with 0, and the system of `--login-recipe` must answer.",
    kind: "definitive",
  },
  record_not_confirmed: {
    message: "nothing was called at {{address}}: {{why}}",
    remedy: "Give --yes, or type yes when you are asked.",
    kind: "definitive",
  },
  record_left_behind: {
    message: "the recording could not delete what it created: {{names}}",
    remedy: "Delete these by hand; nothing else uses them.",
    kind: "definitive",
  },
  emulator_refused: {
    message: "the emulated gateway refused: {{why}}",
    remedy:
      "Change what the message names; `rotation-kit gateway --help` lists the possible values.",
    kind: "definitive",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Codes of the commands that talk to a gateway. */
export const OPERATIONS_ERRORS = {
  gateway_address_missing: {
    message: "no gateway address is given",
    remedy:
      "set AKEYLESS_GATEWAY to the API address of your gateway, for example https://gateway.example.com:8081 or https://gateway.example.com:8080/v2",
    kind: "definitive",
  },
  gateway_address_invalid: {
    message: "AKEYLESS_GATEWAY is not a plain web address",
    remedy:
      "use an http or https address without user name, query or fragment, for example https://gateway.example.com:8081",
    kind: "definitive",
  },
  gateway_address_wrong: {
    message: "{{host}} does not answer like the API of a gateway (status {{status}})",
    remedy:
      "use the gateway's API address: port 8081, port 8080 with the path /v2, or port 8000 with the path /api/v2; 8000 alone is the configuration manager and 18888 the console",
    kind: "definitive",
  },
  gateway_required: {
    message: "{{host}} is Akeyless's public API, which cannot {{purpose}}",
    remedy:
      "rotated secrets are managed through a gateway: set AKEYLESS_GATEWAY to its API address instead of the public API",
    kind: "definitive",
  },
  gateway_unreachable: {
    message: "the gateway at {{host}} cannot be reached ({{reason}})",
    remedy:
      "check the address in AKEYLESS_GATEWAY, name resolution, and that this machine may connect to it",
    kind: "passing",
  },
  gateway_untrusted: {
    message: "the certificate of the gateway at {{host}} is not trusted ({{reason}})",
    remedy: "set NODE_EXTRA_CA_CERTS to a PEM file with the certificate authority of the gateway",
    kind: "definitive",
  },
  gateway_timeout: {
    message: "the gateway at {{host}} did not {{purpose}} in time",
    remedy: "check that the gateway is healthy, then repeat the command",
    kind: "passing",
  },
  gateway_busy: {
    message: "the gateway cannot {{purpose}} now: {{words}}",
    remedy: "wait, then repeat the command",
    kind: "passing",
  },
  gateway_answer_unexpected: {
    message:
      "the gateway at {{host}} was asked to {{purpose}} and gave an answer that cannot be read",
    remedy:
      "check that AKEYLESS_GATEWAY is the API address of a gateway (port 8081, or 8080 with /v2) and that its version is current",
    kind: "definitive",
  },
  gateway_error: {
    message: "the gateway cannot {{purpose}} (status {{status}}): {{words}}",
    remedy: "read the gateway's message above, and its log",
    kind: "passing",
  },
  login_missing: {
    message: "no login is given",
    also: {
      half: "{{given}} is set but {{missing}} is not",
    },
    remedy:
      "set AKEYLESS_ACCESS_ID and AKEYLESS_ACCESS_KEY, AKEYLESS_AUTH_TOKEN, or another login that docs/reference/cli.md lists",
    kind: "definitive",
  },
  login_impossible: {
    message: "this machine has no identity to log in with as {{type}} ({{reason}})",
    remedy:
      "run where the cloud gives the machine that identity, or log in another way; docs/reference/cli.md lists all",
    kind: "definitive",
  },
  login_rejected: {
    message: "the gateway refused the login (status {{status}}): {{words}}",
    remedy:
      "check the access id and what is given with it (key, JWT, certificate …), or get a new AKEYLESS_AUTH_TOKEN",
    kind: "definitive",
  },
  access_denied: {
    message: "the gateway cannot {{purpose}}: {{words}}",
    remedy:
      "grant the access id the capability on this path (read, list, update, create or delete), and check the name: Akeyless answers the same for an item that does not exist",
    kind: "definitive",
  },
  item_not_found: {
    message: "the gateway cannot {{purpose}}: {{words}}",
    also: {
      listed: "{{name}} should be changed but does not exist",
    },
    remedy: "check the full path of the item, with its leading slash",
    kind: "definitive",
  },
  target_not_found: {
    message: "the gateway cannot {{purpose}}: {{words}}",
    remedy: "check the full path of the target, with its leading slash",
    kind: "definitive",
  },
  item_not_custom: {
    message: "{{name}} is not a custom rotated secret",
    remedy: "name a rotated secret whose rotator type is custom",
    kind: "definitive",
  },
  item_conflict: {
    message: "the gateway cannot {{purpose}}: {{words}}",
    remedy: "choose another name, or import the existing one with rotation-kit import",
    kind: "definitive",
  },
  item_protected: {
    message: "{{name}} is not deleted: it is protected",
    remedy: "switch delete protection off in the declaration, apply that first, then delete again",
    kind: "definitive",
  },
  confirmation_missing: {
    message: "{{name}} is not deleted: there is no terminal to confirm it on",
    also: { refused: "{{name}} is not deleted: the answer was not its name" },
    remedy: "pass --yes, or run it on a terminal and type the full name when asked",
    kind: "definitive",
  },
  repair_source_missing: {
    message: "neither --version nor {{variable}} is given",
    remedy:
      "name the version with the right password, or set the environment variable to the account's password",
    kind: "definitive",
  },
  repair_refused: {
    message: "{{name}} stays as it is: the system {{system}} refuses {{what}}",
    also: {
      unknown:
        "{{name}} stays as it is: the system {{system}} did not say whether {{what}} is right ({{reason}})",
    },
    remedy:
      "find out which password opens the account, or set one by hand; each try with a wrong one counts as a failed login",
    kind: "definitive",
    exitCode: 2,
  },
  migration_refused: {
    message: "{{name}} stays as it is: {{why}}",
    remedy: "rotation-kit item migrate --help shows how to name the fields of your payload",
    kind: "definitive",
    exitCode: 2,
  },
  item_changed: {
    message:
      "{{name}} stays as it is: it changed in the meantime, from version {{before}} to {{after}}",
    remedy: "check its status; it may have rotated and be fine",
    kind: "passing",
  },
  target_in_use: {
    message: "{{name}} is not deleted: {{users}} use it",
    remedy: "delete the secrets that use it first, or point them at another target",
    kind: "definitive",
  },
  target_fixed: {
    message: "{{name}} uses the target {{live}}, not {{declared}}",
    remedy:
      "Akeyless cannot change the target of a secret: switch delete protection off and replace the item, or restore the target",
    kind: "definitive",
  },
  payload_missing: {
    message: "{{name}} should be created, but has no payload",
    also: {
      version:
        "payload version {{version}} of {{name}} should replace version {{before}}, but no payload is given",
      variable: "the payload's {{field}} comes from {{variable}}, which is not set",
      terraform: "the payload's {{field}} is known to Terraform only",
    },
    remedy: "set it in the environment in which this command, or Terraform, runs",
    kind: "definitive",
  },
  settings_not_applied: {
    message: "the gateway accepted the update of {{name}}, but {{differences}}",
    remedy: "set them in the console once, or leave them out of the declaration",
    kind: "definitive",
  },
  rotation_failed: {
    message: "the rotation of {{name}} failed: {{words}}",
    remedy: "read the rotator's log; the item keeps the value it had",
    kind: "passing",
    exitCode: 2,
  },
  nothing_to_import: {
    message: "there are no custom rotated secrets below {{paths}}",
    remedy: "check the path, and that the access id may list items below it",
    kind: "definitive",
  },
  file_exists: {
    message: "{{file}} already exists",
    remedy: "name another file, or remove that one first",
    kind: "definitive",
  },
  state_unreadable: {
    message: "Terraform's state cannot be read or stored: {{command}} failed ({{reason}})",
    also: {
      unknown: "Terraform's state in {{directory}} has an unknown format",
      uninitialized:
        "Terraform's state in {{directory}} is not read: run terraform init there first",
    },
    remedy:
      "run terraform init in the folder of --dir, and read what terraform state pull says there",
    kind: "definitive",
  },
  stacks_missing: {
    message: "{{directory}} holds no synthesized stacks",
    remedy: "run cdktn synth, or cdktf synth, first, or name the folder with --out",
    kind: "definitive",
  },
  declaration_invalid: {
    message: "{{source}} is not valid: {{problems}}",
    also: {
      not_json: "{{source}} is not JSON",
      unreadable: "{{file}} cannot be read ({{reason}})",
      missing: "neither --declaration nor ROTATION_KIT_DECLARATION is given",
      reference: 'the payload\'s {{field}} holds "$env" without the name of one variable',
      unseen:
        "the payload's {{field}} comes from {{variable}}, whose value begins or ends with white space or holds a character that cannot be seen",
    },
    remedy: "correct the declaration named above",
    kind: "definitive",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Codes of the rules and of their policy file. */
export const RULES_ERRORS = {
  rules_file_invalid: {
    message: "{{problem}}",
    remedy:
      "Correct each line that the message names; docs/reference/rules.schema.json describes the file for editors.",
    kind: "definitive",
  },
  rules_file_unreadable: {
    message: "{{path}} cannot be read ({{reason}})",
    remedy: "Check that the file exists and that this user may read it.",
    kind: "definitive",
  },
  waiver_invalid: {
    message: "the waiver of {{rule}} at {{place}} is not valid: {{problems}}",
    remedy: "Correct the call of waive that the message names.",
    kind: "definitive",
  },
  rule_unknown: {
    message: "there is no rule {{id}}; the rules are {{known}}",
    remedy: "Run rotation-kit rules to see every rule with its id.",
    kind: "definitive",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Codes of the review of plans. Their sentences quote nothing of a plan. */
export const REVIEW_ERRORS = {
  plan_unreadable: {
    message: "{{file}} cannot be read ({{why}})",
    remedy: "check that the file or folder exists and that this user may read it",
    kind: "definitive",
  },
  plan_missing: {
    message: "{{folder}} holds no plan.json of any stack",
    remedy:
      "save each stack's plan as plan.json beside its cdk.tf.json, or run rotation-kit plan --keep",
    kind: "definitive",
  },
  plan_not_json: {
    message: "{{file}} is not JSON",
    also: { empty: "{{file}} is empty", other: "{{file}} is JSON, but not a plan" },
    remedy: "save the plan with terraform plan -out=tfplan, then terraform show -json tfplan",
    kind: "definitive",
  },
  plan_truncated: {
    message: "{{file}} ends in the middle of the plan",
    remedy: "write the file again; the disk may be full, or the command was stopped",
    kind: "definitive",
  },
  plan_is_binary: {
    message: "{{file}} is a saved plan, not its JSON",
    remedy: "turn the saved plan into JSON: terraform show -json tfplan > plan.json",
    kind: "definitive",
  },
  plan_is_text: {
    message: "{{file}} is the plan's text for people, not its JSON",
    also: { log: "{{file}} is the log of plan -json, not the plan" },
    remedy: "give the JSON of the plan instead: terraform show -json tfplan > plan.json",
    kind: "definitive",
  },
  plan_is_state: {
    message: "{{file}} is a state, not a plan",
    remedy:
      "show the saved plan, not the state: terraform show -json tfplan; delete the file, because a state holds passwords",
    kind: "definitive",
  },
  plan_other_version: {
    message: "{{file}} has a format_version other than 1",
    remedy: "use Terraform or OpenTofu whose plans have format_version 1, or a newer kit",
    kind: "definitive",
  },
  plan_malformed: {
    message: "{{file}} does not have the structure of a plan",
    also: {
      part: "{{file}} does not have the structure of a plan: something in {{part}} has the wrong type",
    },
    remedy: "make the plan again; if the error stays, report the version of Terraform or OpenTofu",
    kind: "definitive",
  },
  format_unknown: {
    message: "--also takes a format and a file; the formats are {{formats}}",
    remedy: "write for example --also sarif=review.sarif",
    kind: "definitive",
  },
  review_not_written: {
    message: "{{file}} cannot be written ({{why}})",
    remedy: "check that the folder exists and that this user may write there",
    kind: "definitive",
  },
  project_missing: {
    message: "there is no cdktf.json with an app in this folder",
    remedy: "run it in the folder of cdktf.json, or pass a plan to rotation-kit review",
    kind: "definitive",
  },
  synthesis_failed: {
    message: "the app could not be synthesized; its output is above",
    remedy: "run npx cdktf synth and correct what it says",
    kind: "definitive",
  },
  stack_unknown: {
    message: "there is no stack {{wanted}}; the app has {{stacks}}",
    remedy: "name stacks as the app names them",
    kind: "definitive",
  },
  kit_missing: {
    message: "rotation-kit is neither above this folder, where Terraform runs, nor on the PATH",
    remedy:
      "install the project there with npm ci, or set kitCommand to the command that starts rotation-kit",
    kind: "definitive",
  },
  terraform_missing: {
    message: "{{binary}} cannot be started",
    remedy: "install Terraform or OpenTofu, or name the program with --terraform",
    kind: "definitive",
  },
  review_malformed: {
    message: "{{file}} is not a review of this version",
    remedy: "make it with rotation-kit review --format json of the same version of the kit",
    kind: "definitive",
  },
  review_too_large: {
    message: "the review is longer than a text of Node.js may be (512 MiB)",
    remedy:
      "review the stacks one by one, or without the formats json, html and junit, which show everything",
    kind: "definitive",
  },
  plan_too_large: {
    message: "{{file}} is larger than 512 MiB",
    remedy: "split the stack into several",
    kind: "definitive",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Codes of `rotation-kit init`. */
export const INIT_ERRORS = {
  project_exists: {
    message: "these files already exist, and nothing was written: {{files}}",
    remedy: "name an empty folder, or move these files away",
    exitCode: 2,
    kind: "definitive",
  },
  project_not_written: {
    message: "{{file}} cannot be written ({{why}})",
    remedy: "check that this user may write in the folder, and remove what was written before",
    kind: "definitive",
  },
  answer_invalid: {
    message: "{{flag}} cannot be {{value}}: {{why}}",
    remedy: "rotation-kit init --help shows what each option takes",
    kind: "definitive",
  },
  not_answered: {
    message: "the questions were not answered to the end, and nothing was written",
    remedy: "answer them, or give the options that rotation-kit init --help shows",
    kind: "definitive",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Every error code of the declaring and operating half. */
export const STACKS_ERRORS = {
  ...DECLARATION_ERRORS,
  ...OPERATIONS_ERRORS,
  ...EMULATOR_ERRORS,
  ...RULES_ERRORS,
  ...REVIEW_ERRORS,
  ...INIT_ERRORS,
};

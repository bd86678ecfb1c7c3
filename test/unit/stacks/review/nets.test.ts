import { describe, expect, test } from "vitest";
import { allowedText } from "../../../../stacks/review/conceal/allowed.ts";
import { Concealer } from "../../../../stacks/review/conceal/concealer.ts";
import { domainSecrets } from "../../../../stacks/review/conceal/domain.ts";
import { markedValues } from "../../../../stacks/review/conceal/marks.ts";
import { PayloadNames } from "../../../../stacks/review/conceal/payload-names.ts";
import { SecretValues } from "../../../../stacks/review/conceal/secret-values.ts";
import { differencesOf } from "../../../../stacks/review/facts/differences.ts";
import { parsePlan } from "../../../../stacks/review/read/parse-plan.ts";
import { planSchema } from "../../../../stacks/review/read/plan-schema.ts";
import { SENSITIVE } from "../../../../stacks/rules/model.ts";

const PAYLOAD = JSON.stringify({
  ...{ system: "warehouse", username: "svc-warehouse", current_password: "s3cret-of-ours" },
});

describe("the first net: Terraform's marks", () => {
  const found = (value: unknown, marks: unknown) => [...markedValues(value, marks)].sort();

  test("hold what lies below a mark, keys of maps included, and nothing else", () => {
    expect(found({ a: "x", b: "y" }, { a: true })).toEqual(["x"]);
    expect(found({ a: { key: ["x", 7] } }, { a: true })).toEqual(["7", "key", "x"]);
    expect(found({ a: { key: ["x", "y"] } }, { a: { key: [false, true] } })).toEqual(["y"]);
    expect(found("whole", true)).toEqual(["whole"]);
    expect(found({ a: "x" }, {})).toEqual([]);
    expect(found(null, false)).toEqual([]);
  });

  const inBase64 = (text: string) => Buffer.from(text).toString("base64");

  test.each([
    ["JSON", '{"k":["s3cret"]}'],
    ["JSON in JSON in JSON", JSON.stringify({ k: JSON.stringify([JSON.stringify(["s3cret"])]) })],
    ["Base64", inBase64("s3cret")],
    ["JSON in Base64 in JSON", JSON.stringify([inBase64('{"k":"s3cret"}')])],
    ["a header with a token", "Bearer s3cret"],
    ["a header with user and password", `Basic ${inBase64("svc:s3cret")}`],
  ])("reach into %s in a marked text", (_, text) => {
    expect(found(text, true)).toEqual(expect.arrayContaining([text, "s3cret"]));
  });

  test.each([
    ["the default of a variable", { variables: { v: { sensitive: true, default: ["s3cret"] } } }],
    [
      "an output",
      { outputs: { o: { sensitive: true, expression: { constant_value: "s3cret" } } } },
    ],
    [
      "what a module is called with",
      {
        module_calls: {
          m: {
            expressions: { v: { constant_value: "s3cret" } },
            module: { variables: { v: { sensitive: true } } },
          },
        },
      },
    ],
    [
      "the default of a module in a module",
      {
        module_calls: {
          m: {
            module: {
              module_calls: {
                n: { module: { variables: { v: { sensitive: true, default: "s3cret" } } } },
              },
            },
          },
        },
      },
    ],
  ])("hold %s that the code declares sensitive", (_, root_module) => {
    const plan = planSchema.parse({ format_version: "1.2", configuration: { root_module } });
    expect(new Concealer([plan]).text("a s3cret b")).toBe("a (hidden) b");
  });

  test("do not mind a name of Object's prototype, nor thousands of levels", () => {
    const value = JSON.parse('{"__proto__":"x"}');
    expect(found(value, JSON.parse('{"__proto__":true}'))).toEqual(["x"]);
    let [deep, marks]: [unknown, unknown] = ["bottom", true];
    for (let level = 0; level < 5000; level++) [deep, marks] = [[deep], [marks]];
    expect(found(deep, marks)).toEqual(["bottom"]);
  });
});

test("a marked number that JavaScript would round is hidden with all its digits", () => {
  const plan = `{"format_version":"1.2","resource_changes":[{"address":"x.y","type":"x","name":"y",
    "change":{"actions":["create"],"after":{"seed":12345678901234567891},"after_sensitive":{"seed":true}}}]}`;
  const concealer = new Concealer([parsePlan(Buffer.from(plan), "plan.json").plan]);
  expect(concealer.text("seed 12345678901234567891")).toBe("seed (hidden)");
});

test("an ordinary word stays readable where a tag calls it a secret; another value does not", () => {
  const concealer = (...tags: readonly string[]) =>
    new Concealer([
      planSchema.parse({
        format_version: "1.2",
        resource_changes: [
          {
            address: "x.y",
            type: "x",
            name: "y",
            change: { actions: ["create"], after: { tags } },
          },
        ],
      }),
    ]);
  expect(concealer("secret=production").text("/production/app")).toBe("/production/app");
  expect(concealer("secret=Production").text("/Production/app")).toBe("/Production/app");
  expect(concealer("secret=production7").text("/production7/app")).toBe("/(hidden)/app");
  const marked = concealer().attributes({ name: "production" }, { name: true }, {});
  expect(marked.name).toBe(SENSITIVE);
});

test("two numbers that JavaScript takes for one differ", () => {
  const plan = `{"format_version":"1.2","resource_changes":[{"address":"x.y","type":"x","name":"y",
    "change":{"actions":["update"],"before":{"id_of":9007199254740993},"after":{"id_of":9007199254740992}}}]}`;
  const { plan: read } = parsePlan(Buffer.from(plan), "plan.json");
  const [change] = read.resource_changes;
  expect(change && differencesOf(change, new Concealer([read]))).toEqual([{ attribute: "id_of" }]);
});

describe("the second net: the domain's list", () => {
  const found = (document: unknown) => [...new Set(domainSecrets(document))];

  test.each([
    ["a key that names a credential", { a: [{ db_password: "s3cret" }] }],
    ["everything below such a key", { api_token: { deep: ["s3cret"] } }],
    ["JSON in a text", { note: '{"client_secret":"s3cret"}' }],
    ["JSON in JSON in a text", { note: JSON.stringify({ a: '{"token":"s3cret"}' }) }],
    ["the password of a URL", { dsn_note: "see postgres://me:s3cret@db/x" }],
    ["a token instead of a user", { u: "https://s3cret@git.example.com/x" }],
    ["a parameter of a URL", { u: "https://x.example.com/?a=1&sig=s3cret" }],
    ["the fragment of a URL", { u: "https://x.example.com/#s3cret" }],
    ["a literal in an expression", { constant_value: `$\{jsonencode({password = "s3cret"})}` }],
    ["a literal with a quoted name", { x: `$\{merge({"api_key": "s3cret"}, {})}` }],
    ["an argument of a provider", { access_key: { constant_value: "s3cret" } }],
    ["a payload that is not JSON", { custom_payload: "s3cret" }],
    ["a field of a payload, whatever its name", { custom_payload: '{"anything":"s3cret"}' }],
    ["JSON in Base64", { note: Buffer.from('{"token":"s3cret"}').toString("base64") }],
    ["an argument of a command line", { note: "mysql --password=s3cret -h db" }],
    ["an argument after a digit", { note: "run 2-password=s3cret" }],
    ["an argument with one dash", { note: "tool -pass=s3cret" }],
    ["a line of a file", { note: "HOST=db\nDB_PASSWORD=s3cret\n" }],
    ["a connection string", { note: "Server=db;User Id=me;Password=s3cret;" }],
    ["a pair inside of other text", { note: 'settings: {"password": "s3cret"}, as agreed' }],
    ["a list of settings", { env: [{ name: "DB_PASSWORD", value: "s3cret" }] }],
    ["a literal that the code calls sensitive", { x: `$\{upper(sensitive("s3cret"))}` }],
    ["a login by token", { jwt_login: [{ jwt: { constant_value: "s3cret" } }] }],
    ["a login by certificate", { cert_login: [{ key_data: { constant_value: "s3cret" } }] }],
    [
      "a payload that is JSON in Base64",
      { custom_payload: Buffer.from('{"x":"s3cret"}').toString("base64") },
    ],
    ["generated code", { generated_config: 'x = "s3cret"' }],
    ["a value that looks like an expression", { db_password: `s3cret$\{x}` }],
    ["a field of a payload that does", { custom_payload: `{"a":"s3cret$\{x}"}` }],
    ["a payload that is not JSON and does", { custom_payload: `s3cret$\{x}` }],
    ["an argument beside of one", { note: `echo $\{HOME} --password=s3cret` }],
    ["an argument that does", { note: `tool --password=s3cret$\{x}` }],
  ])("holds %s", (_, document) => {
    expect(found(document).some((secret) => secret.includes("s3cret"))).toBe(true);
  });

  describe("a text of ten million characters", () => {
    const word = "0a1b2c3d4e".repeat(1_000_000);

    test("is read once where it is one word", () => {
      expect(found({ note: `sha256:${word} password=s3cret` })).toEqual(["s3cret"]);
    });

    test.each([
      ["a value", `password=${word}`],
      ["a value in quotes", `x "password": "${word}"`],
      ["a value in single quotes", `x password: '${word}'`],
      ["a value of escapes", `x "password": "${"\\n".repeat(word.length / 2)}"`],
      ["a literal in code", `\${x} sensitive("${word}")`],
      ["an argument in code", `\${x} password = "${word}"`],
      ["a parameter of a URL", `https://h/?token=${word}`],
    ])("is held as far as a part of it goes: %s", (_, note) => {
      expect(found({ note }).some((secret) => secret.length > 100_000)).toBe(true);
    });

    test("is held whole in JSON, in a payload and in Base64", () => {
      const json = JSON.stringify({ password: word });
      const base64 = Buffer.from(json).toString("base64");
      for (const document of [{ note: json }, { custom_payload: json }, { note: base64 }])
        expect(found(document).some((secret) => secret === word)).toBe(true);
    });
  });

  test("holds a number of a payload with all its digits", () => {
    expect(found({ custom_payload: '{"seed":12345678901234567891}' })).toEqual([
      "12345678901234567891",
    ]);
  });

  test("holds a private key under a harmless name", () => {
    const key = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----";
    expect(found({ note: key })).toEqual([key]);
  });

  test("leaves open what the rotator writes beside the passwords", () => {
    const custom_payload = JSON.stringify({
      ...{ system: "reporting", username: "svc-reporting", current_password: "s3cret-now" },
      policy: { length: 16, lowercase: true, allowed_symbols: "-._!#$" },
      rotation_interval_s: 2592000,
      users: [{ username: "svc-a", password: "s3cret-a" }],
      _rotation: {
        ...{ v: 1, gen: 5, kid: "key-of-2026", policyId: "16:luns:-._", prev: "s3aled" },
        ...{ at: "2026-11-29T06:50:51.534Z", users: ["svc-reporting"], item: "/reporting-svc" },
        ...{ unheard_of: "s3cret-b" },
      },
    });
    const secrets = found({ custom_payload });
    expect(secrets.filter((one) => one !== custom_payload).sort()).toEqual(
      ["s3aled", "s3cret-a", "s3cret-b", "s3cret-now", "unheard_of"].sort(),
    );
  });

  test("takes nothing for open that has another form than the rotator's", () => {
    const secrets = found({
      custom_payload:
        '{"policy":"s3cret-a","users":[["s3cret-b"]],"_rotation":{"item":{"x":"s3cret-c"}}}',
    });
    for (const one of ["s3cret-a", "s3cret-b", "s3cret-c"]) expect(secrets).toContain(one);
  });

  test("leaves names, modes and the payload's open fields alone", () => {
    expect(
      found({
        name: "/prod/app",
        password_length: "32",
        authentication_credentials: "use-user-creds",
        code: `$\{jsonencode({"authentication_credentials" = "use-self-creds"})}`,
        text: '{"x": "authentication_credentials=use-target-creds"}',
        custom_payload: '{"system":"app","username":"svc"}',
        references: ["var.password"],
        url: "https://rotator.example.com/rotate?page=1",
        description: "token: rotated monthly, see runbook",
        constant_value: `$\{jsonencode({password = nonsensitive("var.password")})}`,
      }),
    ).toEqual([]);
  });
});

describe("the third net: by value", () => {
  const secrets = new SecretValues();
  for (const secret of ['p&ss w"rd<>/', "correct-horse", "horse-battery", "short"])
    secrets.add(secret);

  test.each([
    ["as it is", 'a p&ss w"rd<>/ b'],
    ["as JSON", `a ${JSON.stringify('p&ss w"rd<>/')} b`],
    ["as Terraform writes JSON", 'a p\\u0026ss w\\"rd\\u003c\\u003e/ b'],
    ["as part of a URL", `a ${encodeURIComponent('p&ss w"rd<>/')} b`],
    ["as a form", `a ${encodeURIComponent('p&ss w"rd<>/').replaceAll("%20", "+")} b`],
    ["as HTML", "a p&amp;ss w&quot;rd&lt;&gt;/ b"],
    ["as Base64", `a ${Buffer.from('p&ss w"rd<>/').toString("base64")} b`],
  ])("finds a secret %s", (_, text) => {
    expect(secrets.hide(text)).toMatch(/^a "?\(hidden\)"? b$/);
  });

  test("hides what overlaps as a whole", () => {
    expect(secrets.hide("x correct-horse-battery y")).toBe("x (hidden) y");
  });

  test("leaves short ones, which occur by chance", () => {
    expect(secrets.hide("a short way")).toBe("a short way");
  });
});

describe("the fourth net: attributes that may be shown", () => {
  const SECRET = "akeyless_rotated_secret_custom";
  const TARGET = "akeyless_target_web";

  test("shows switches, numbers, hosts and names", () => {
    expect(allowedText(SECRET, "rotation_interval", "30")).toBe("30");
    expect(allowedText(SECRET, "secure_access_host", ["a.internal", "b.internal"])).toBe(
      "a.internal, b.internal",
    );
  });

  test("shows of a URL scheme, host, port and names of parameters", () => {
    expect(allowedText(TARGET, "url", "https://u:p@x.example.com:8443/path/s?a=1&b=2#f")).toBe(
      "https://x.example.com:8443/…?a=…&b=…",
    );
  });

  test.each([
    [SECRET, "description", "text"],
    [SECRET, "tags", ["a"]],
    [SECRET, "item_custom_fields", { a: "b" }],
    [SECRET, "custom_payload", "{}"],
    [SECRET, "an_attribute_of_next_year", "x"],
    [SECRET, "constructor", "x"],
    [TARGET, "url", "no url"],
    ["null_resource", "triggers", "x"],
    ["constructor", "name", "x"],
  ])("does not show %s.%s", (type, attribute, value) => {
    expect(allowedText(type, attribute, value)).toBeUndefined();
  });
});

test("names of payload fields come from a known vocabulary, else they get numbers", () => {
  const names = new PayloadNames();
  expect(names.shown("current_password")).toBe("current_password");
  expect(names.shown("hunter2.system.other")).toBe("(field 1).system.(field 2)");
  expect(names.shown("hunter2")).toBe("(field 1)");
});

test.each([
  ["custom_payload, marked", { custom_payload: PAYLOAD }],
  [
    "a value that the provider reads, marked",
    { value: `{"value":{"payload":${JSON.stringify(PAYLOAD)}}}` },
  ],
  ["the same as a map", { value: { payload: PAYLOAD } }],
])("of %s, what a payload says openly is not hidden elsewhere", (_, after) => {
  const change = {
    actions: ["read"],
    before: null,
    after,
    after_sensitive: { value: true, custom_payload: true },
  };
  const resource = { address: "data.x.y", mode: "data", type: "x", name: "y", change };
  const plan = planSchema.parse({ format_version: "1.2", resource_changes: [resource] });
  const text = new Concealer([plan]).text("/prod/warehouse of svc-warehouse, s3cret-of-ours");
  expect(text).toBe("/prod/warehouse of svc-warehouse, (hidden)");
});

test("the key of a marked map that names a payload's field hides no word of the review", () => {
  const change = {
    ...{ actions: ["read"], before: null, after: { value: { payload: "s3cret-of-the-map" } } },
    ...{ after_unknown: {}, before_sensitive: false, after_sensitive: { value: true } },
  };
  const resource = { address: "data.x.y", mode: "data", type: "x", name: "y", change };
  const plan = planSchema.parse({ format_version: "1.2", resource_changes: [resource] });
  const concealer = new Concealer([plan]);
  expect(concealer.text("custom_payload s3cret-of-the-map")).toBe("custom_payload (hidden)");
});

/** Run by test/e2e/slow/guide-commands.test.ts, where exit code 2 (it found something) is a right end too. */
const RUN = { run: true };
/** Run by another test, or not at all, and why. */
const not = (why: string) => ({ run: false, why });

const byGate = not("the gate begins with it");
const byConsumers = not("test/consumers runs it, with the packed tarball in place of the registry");
const byGuide = not("test/e2e/slow/gateway-guide.test.ts runs it");
const byDemo = not("the demo deploys; here there is no gateway of yours");
const byPlan = not("test/e2e/slow/review/plan.test.ts plans and reviews");
const byState = not("test/e2e/slow/secrets-in-terraform.test.ts marks a real state");
const byRunbook = not("test/e2e/slow/runbooks runs it on the page of its alert");
const inGuide = not("a line like it of a guide is run");
const byRedis = not("test/live/redis.test.ts runs it against Redis");
const bySystem = not("test/e2e/system-command.test.ts runs it against a product that is there");

/** Every line that a page shows for a shell, the runbooks aside. */
export const SHOWN: Readonly<
  Record<string, Readonly<Record<string, ReturnType<typeof not> | typeof RUN>>>
> = {
  "README.md": {
    "npm ci && npm run demo": byGate,
    "npm ci && npm test": byGate,
    "npx akeyless-rotation-kit init": byConsumers,
    "npm install && npm test": byConsumers,
    "npm install akeyless-rotation-kit cdktf constructs": byConsumers,
    "npm install --save-dev cdktn-cli typescript": not(
      "it takes what the registry has today; .ci/compatibility deploys with the cdktn-cli of its lock file",
    ),
  },
  "CONTRIBUTING.md": {
    "npm ci": byGate,
    "npm test": byGate,
    "npm run check": byGate,
    "npm run docs": not("test/unit/docs/reference.test.ts compares what it writes"),
    "bash .ci/run": not("it is the gate"),
  },
  "docs/examples/project/README.md": {
    "npm install": byConsumers,
    "npm test": byConsumers,
    "npx rotation-kit": RUN,
    "npx rotation-kit plan": byPlan,
    "npx cdktn deploy production": byDemo,
    "npx rotation-kit doctor": RUN,
  },
  "docs/guides/day-two.md": {
    "rotation-kit status --path /prod/": RUN,
    "rotation-kit rotate /prod/app /prod/other": RUN,
    "rotation-kit check --item /prod/app --rotate": RUN,
    "cdktf synth && rotation-kit drift --path /prod/": RUN,
    'rotation-kit import --path /prod/ /staging/ --out imported.ts --owner "platform team"': RUN,
  },
  "docs/guides/declare-a-secret.md": {
    "export AKEYLESS_ACCESS_ID=p-...  AKEYLESS_ACCESS_KEY=...": byDemo,
    "export TF_INPUT=0": byDemo,
    "export TF_VAR_reporting_app_password=...": byDemo,
    "npx cdktn deploy": byDemo,
  },
  "docs/guides/emulate-a-gateway.md": {
    "npm install akeyless-rotation-kit": byGuide,
    "npx rotation-kit gateway --for-rotator my-rotator &": byGuide,
    "npx rotation-kit serve --config my-rotator/rotator.yaml &": byGuide,
    ". my-rotator/environment": byGuide,
    "npx rotation-kit rotate /my/first-secret": byGuide,
    "npx rotation-kit gateway clock jump 30d": byGuide,
    "npx rotation-kit gateway clock still": byGuide,
    "npx rotation-kit gateway fault": byGuide,
    "npx rotation-kit gateway fault reset-after --item /my/first-secret": byGuide,
    "npx rotation-kit gateway fault error-before --probability 0.2 --seed 1": byGuide,
    "npx rotation-kit gateway fault clear": byGuide,
    "npx rotation-kit gateway --login-recipe my-rotator/rotator.yaml": not(
      "it serves until it is stopped; the console's tests open it with this option's setting",
    ),
    "AKEYLESS_ACCESS_ID=p-… AKEYLESS_ACCESS_KEY=… npx rotation-kit gateway record --against https://gateway.example.com:8081 --output record.json":
      not("it needs a real gateway; test/unit/harness/record records an emulated one"),
  },
  "docs/guides/move-a-hook-script.md": {
    'echo \'{"schema":"rotation-kit/command/v1","verb":"probe","credential":{"username":"svc","password":"x"},"secrets":{}}\' | API_URL=https://reporting.internal:8443 ./reporting-hook.sh':
      not("test/live/reporting-hook.test.ts runs the script against its application"),
  },
  "docs/guides/move-from-another-rotator.md": Object.fromEntries(
    [
      "rotation-kit item migrate /prod/crm --config rotator.yaml --system crm",
      "rotation-kit item migrate /prod/crm-database --config rotator.yaml --system crm --username-field /database/login --password-field /database/secret",
      "rotation-kit item migrate /prod/crm --config rotator.yaml --system crm --yes",
      "rotation-kit rotate /prod/crm",
    ].map((line) => [line, not("test/unit/docs/move-guide.test.ts runs it")]),
  ),
  "docs/guides/out-of-state.md": {
    "rotation-kit drift": RUN,
    "terraform apply -replace='null_resource.app_735A5B53'": not(
      "test/e2e/slow/operations/out-of-state.test.ts runs it with the address of its step",
    ),
  },
  "docs/guides/read-the-secret.md": {
    'export TOKEN=$(jq -n \'{"access-id": env.AKEYLESS_ACCESS_ID, "access-key": env.AKEYLESS_ACCESS_KEY}\' | curl -s "$AKEYLESS_GATEWAY/auth" --json @- | jq -r .token)':
      RUN,
    "jq -n '{name: \"/reporting-app-svc\", token: env.TOKEN}' | curl -s \"$AKEYLESS_GATEWAY/rotated-secret-get-value\" --json @- | jq -r '.value.payload | fromjson | .username'":
      RUN,
  },
  "docs/guides/reload-consumers.md": {
    "kubectl annotate externalsecret app force-sync=$(date +%s) --overwrite": not(
      "the tests have no Kubernetes; the guide says so",
    ),
  },
  "docs/guides/review-a-change.md": {
    "npx rotation-kit plan": byPlan,
    "npx rotation-kit plan --also json=review.json": byPlan,
    "npx rotation-kit publish --dry-run": not("test/unit/stacks/review/publish.test.ts runs it"),
    "terraform show -json tfplan | npx rotation-kit review -": not(
      "test/unit/stacks/review reads such a plan from standard input",
    ),
  },
  "docs/guides/run-the-rotator.md": {
    "(umask 077 && openssl rand -base64 32 > rotator-key)": RUN,
    "npm run --silent rotation-kit -- serve --config rotator.yaml --check --probe": RUN,
    "npm run build:rotator": not("test/e2e/slow/bundled-service.test.ts builds and runs it"),
    "node dist/service/bin/rotator.mjs --config rotator.yaml": not(
      "test/e2e/slow/bundled-service.test.ts builds and runs it",
    ),
    "deploy/make-certificates tls rotator.internal": RUN,
    "kubectl create configmap rotator-ca --namespace akeyless --from-file=ca-certificates.crt": not(
      "the tests have no Kubernetes; the guide says so",
    ),
  },
  "docs/guides/secrets-in-terraform.md": {
    "rotation-kit state check --dir cdktf.out/stacks/production": RUN,
    "rotation-kit state mark --dir cdktf.out/stacks/production": byState,
    "rotation-kit drift --state": RUN,
    "rotation-kit status --state cdktf.out/stacks/production": RUN,
  },
  "docs/guides/upgrade.md": {
    "npm install akeyless-rotation-kit@latest": not("it takes what the registry has today"),
    "npm test": byConsumers,
    "npx rotation-kit plan": byPlan,
    "terraform -chdir=cdktf.out/stacks/production init -upgrade": not(
      "it takes what the registry has today; with the stand-in provider there is one version",
    ),
  },
  "docs/guides/write-a-recipe.md": {
    "rotation-kit system probe --recipe ./warehouse.yaml --origin https://warehouse.test:8443 --username svc-test --password-file ./svc-test":
      bySystem,
    "rotation-kit system rehearse --recipe ./warehouse.yaml --origin https://warehouse.test:8443 --username svc-test --password-file ./svc-test":
      bySystem,
    "export ORIGIN=https://product.test:8443 ADMIN_USERNAME=admin ADMIN_PASSWORD=…": not(
      "test/e2e/slow/systems/recipe-example.test.ts sets them to its application",
    ),
    "node --import tsx --test docs/examples/recipe.test.ts": not(
      "test/e2e/slow/systems/recipe-example.test.ts runs it",
    ),
  },
  "docs/guides/write-a-system.md": {
    "npx esbuild redis-system.ts --bundle --platform=node --format=esm --outfile=redis-system.mjs":
      RUN,
    "export REDIS_PORT=6379 REDIS_ADMIN_PASSWORD_FILE=/run/secrets/redis-admin": byRedis,
    "node --import tsx --test docs/examples/redis-system.test.ts": byRedis,
  },
  "docs/reference/errors.md": {
    "curl --include --request POST https://rotator.example:8443/rotate": not(
      "test/e2e/rotator-service.test.ts sends such a request to a rotator that is there",
    ),
    "curl http://127.0.0.1:9464/metrics": byRunbook,
    "curl http://127.0.0.1:9464/readyz": byRunbook,
    "openssl rand -base64 32 > rotator.key": inGuide,
    "openssl x509 -noout -subject -enddate -in cert.pem": byRunbook,
    "rotation-kit drift": inGuide,
    "rotation-kit item repair /prod/app --config rotator.yaml": byRunbook,
    "rotation-kit rotate /prod/app": inGuide,
    "rotation-kit serve --config rotator.yaml --check --probe": inGuide,
    "rotation-kit status": inGuide,
  },
  "docs/reference/provider-schema.md": {
    "terraform init && terraform providers schema -json > schema.json": not(
      "it takes the provider from a registry that is not here",
    ),
    "npm run test:provider-schema -- /path/to/schema.json": not(
      "test/unit/stacks/akeyless compares the schema that is kept",
    ),
  },
};

import { CANARY, type Scenario } from "../scenario.ts";

const HEAD = `
terraform {
  required_providers {
    akeyless = { source = "akeyless-community/akeyless" }
  }
}
variable "password" {
  type      = string
  sensitive = true
}
resource "akeyless_target_web" "rotator" {
  name = "/rotator"
  url  = "https://rotator.example.com/rotate"
}
`;

const block = (name: string, more = "", item = name) => `
resource "akeyless_rotated_secret_custom" "${name}" {
  name              = "/prod/${item}"
  target_name       = akeyless_target_web.rotator.name
  auto_rotate       = "true"
  rotation_interval = "30"
  custom_payload    = jsonencode({ system = "app", username = "svc", password = var.password })
  ${more}
}
`;

/** Plans of configurations that no construct wrote. */
export const hclScenarios: readonly Scenario[] = [
  { name: "hcl-create", hcl: HEAD + block("app") },
  { name: "hcl-one-name-twice", hcl: HEAD + block("app") + block("again", "", "app") },
  {
    name: "hcl-hostile-keys",
    hcl: `${HEAD}
locals {
  names = ["<img src=x>", "@everyone #1", "a|b\`c", "::error::x", "::error ::##[group]y", "${CANARY}-in-a-key"]
}
resource "akeyless_rotated_secret_custom" "each" {
  for_each          = toset(local.names)
  name              = "/prod/\${each.key}"
  target_name       = akeyless_target_web.rotator.name
  auto_rotate       = "true"
  rotation_interval = "30"
  custom_payload    = jsonencode({ system = "app", username = "svc", password = "${CANARY}-in-a-key" })
}
`,
  },
  {
    name: "hcl-deferred-reading",
    hcl: `${HEAD}${block("app")}
data "akeyless_rotated_secret" "live" {
  name = akeyless_rotated_secret_custom.app.id
}
resource "terraform_data" "after" {
  input = data.akeyless_rotated_secret.live.value
}
`,
  },
];

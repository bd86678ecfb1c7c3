/**
 * Registers the matchers with vitest: import this file in a test, or name it as one of vitest's
 * `setupFiles`.
 *
 * @module
 */
import "vitest";
import { expect } from "vitest";
import { cdktfMatchers } from "./cdktf-matchers.ts";
import type { ResourceType, SynthesizedAttributes } from "./synthesized.ts";

interface CdktfMatchers {
  toHaveResource(type: ResourceType): void;
  toHaveResourceWithProperties(type: ResourceType, properties: SynthesizedAttributes): void;
  toHaveDataSource(type: ResourceType): void;
  toHaveDataSourceWithProperties(type: ResourceType, properties: SynthesizedAttributes): void;
  toHaveProvider(type: ResourceType): void;
  toHaveProviderWithProperties(type: ResourceType, properties: SynthesizedAttributes): void;
  /** A resource by its name in Terraform; the hash that cdktf appends may be left out. */
  toHaveResourceNamed(type: ResourceType, name: string, properties?: SynthesizedAttributes): void;
  toHaveOutput(name: string, properties?: SynthesizedAttributes): void;
  /** The folder that `Testing.fullSynth` returned passes `terraform validate`. */
  toBeValidTerraform(): void;
  /** The folder that `Testing.fullSynth` returned passes `terraform plan`. */
  toPlanSuccessfully(): void;
}

declare module "vitest" {
  interface Matchers extends CdktfMatchers {}
}

expect.extend(cdktfMatchers);

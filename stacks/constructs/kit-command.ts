import type { IConstruct } from "constructs";
import { chosenKitCommand } from "./settings.ts";

/**
 * The kit as it is installed in the project below which Terraform runs: no path of the machine that
 * synthesizes, so that another one can apply.
 */
const INSTALLED = ["npx", "--no-install", "rotation-kit"];

/** The command that starts the kit's own CLI for a construct, as words without a shell. */
export const kitCommand = (construct: IConstruct): readonly string[] =>
  chosenKitCommand(construct.node) ?? INSTALLED;

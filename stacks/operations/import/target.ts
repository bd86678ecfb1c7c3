import { TerraformStack } from "cdktf";
import { RootConstruct } from "constructs";
import { defined } from "../../../common/defined.ts";
import { holdsLogin, toUrl } from "../../../common/url.ts";
import type { Target } from "../../attributes/item.ts";
import {
  DeclarationError,
  type Realisation,
  WebTarget,
  type WebTargetProps,
} from "../../constructs/index.ts";
import { literal } from "./expression.ts";

/** How a live target is declared. */
export interface TargetImport {
  readonly props: WebTargetProps;
  /** The live address, where the construct would refuse it. */
  readonly urlOverride?: string;
  /** What somebody has to see to. */
  readonly comment?: string;
}

/** Declared in place of a live address that cannot be declared. */
const PLACEHOLDER = "https://replace-me.invalid/rotate";

/** Finds the declaration of a live target. An address that holds a password is never written down. */
export function importTarget({ value, target }: Target, realisation: Realisation): TargetImport {
  const url = value?.web_target_details?.url ?? "";
  const props = {
    name: target.target_name,
    url,
    ...defined({
      allowHttp: url.startsWith("http://") ? true : undefined,
      description: target.comment || undefined,
      key: target.protection_key_name || undefined,
      adoptExisting: realisation === "provider" ? true : undefined,
    }),
  };
  const refused = refusal(props);
  if (refused === undefined) return { props };
  const parsed = toUrl(url);
  const secret = parsed !== undefined && holdsLogin(parsed);
  return {
    props: { ...props, url: PLACEHOLDER },
    ...defined({ urlOverride: realisation === "provider" && !secret ? url : undefined }),
    comment: secret
      ? "Its live address holds a user name or password, which does not belong into code."
      : "Its live address is one that new declarations may not have: move it to https.",
  };
}

function refusal(props: WebTargetProps): DeclarationError | undefined {
  try {
    const stack = new TerraformStack(new RootConstruct(), "tried-out");
    new WebTarget(stack, "target", { ...props, name: literal(props.name) });
    return undefined;
  } catch (error) {
    // Only the address can be replaced; what else is refused stays refused.
    if (error instanceof DeclarationError && props.url !== PLACEHOLDER) {
      const replaced = refusal({ ...props, url: PLACEHOLDER });
      if (replaced === undefined) return error;
    }
    throw error;
  }
}

import { Construct } from "constructs";
import { TargetWeb } from "../akeyless/target-web.ts";
import { checkedFor, withoutUndefined } from "./errors.ts";
import { itemPath, validateItemName } from "./item-name.ts";
import { validateUrl } from "./url.ts";

/** A Web Target, declared here or elsewhere: where the gateway finds a rotator. */
export interface IWebTarget {
  /** The name by which a secret refers to the target; a reference where it is declared here. */
  readonly targetName: string;
  /** The name as written, with one leading slash. */
  readonly targetPath: string;
  /** The rotator's address, where the target is declared here. */
  readonly targetUrl?: string;
}

/** Properties of {@link WebTarget}. */
export interface WebTargetProps {
  /** Path of the target in Akeyless, for example `/prod/rotator`. A change replaces the target. */
  readonly name: string;
  /** The rotator's address, called by the gateway exactly as written; https. */
  readonly url: string;
  /** For people. @default - none */
  readonly description?: string;
  /** Name of the protection key. @default - the account's default key */
  readonly key?: string;
  /** Versions of the target to keep. @default - the account's setting */
  readonly maxVersions?: number;
  /** Keep the previous version on each change. @default - the account's setting */
  readonly keepPreviousVersion?: boolean;
}

/** Where the gateway finds a rotator. */
export class WebTarget extends Construct implements IWebTarget {
  /** Refers to a target that is declared elsewhere. */
  static fromName(scope: Construct, id: string, name: string): IWebTarget {
    return new ImportedWebTarget(scope, id, name);
  }

  readonly targetName: string;
  readonly targetPath: string;
  readonly targetUrl: string;
  /** The provider's resource, for what this construct does not offer. */
  readonly resource: TargetWeb;

  constructor(scope: Construct, id: string, props: WebTargetProps) {
    super(scope, id);
    checkedFor(this, () => this.validate(props));
    this.resource = this.createResource(props);
    this.node.defaultChild = this.resource;
    this.targetName = this.resource.name;
    this.targetPath = itemPath(props.name);
    this.targetUrl = props.url;
  }

  protected validate(props: WebTargetProps): void {
    validateItemName("the Web Target", props.name);
    validateUrl("the Web Target's url", props.url);
  }

  protected createResource(props: WebTargetProps): TargetWeb {
    const { name, url, description, key, maxVersions, keepPreviousVersion } = props;
    return new TargetWeb(
      this,
      "Resource",
      withoutUndefined({
        // Read compares with a leading slash: without one, each plan would show a change of target.
        name: itemPath(name),
        url,
        description,
        key,
        maxVersions: maxVersions?.toString(),
        keepPrevVersion: keepPreviousVersion?.toString(),
      }),
    );
  }
}

class ImportedWebTarget extends Construct implements IWebTarget {
  readonly targetName: string;
  readonly targetPath: string;

  constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    checkedFor(this, () => validateItemName("the Web Target", name));
    this.targetName = itemPath(name);
    this.targetPath = itemPath(name);
  }
}

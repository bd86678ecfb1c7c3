/**
 * The SDK as a user's script sees it: models, which bring their defaults, and the plain calls, which
 * answer with models. The SDK ships no types.
 */
declare module "akeyless" {
  export class ApiClient {
    constructor(basePath: string);
  }
  /** A model: whatever its constructor or the caller sets is sent. */
  class Model {
    [field: string]: unknown;
  }
  export class TargetCreateWeb extends Model {
    constructor(name: string);
  }
  export class RotatedSecretCreateCustom extends Model {
    constructor(name: string, targetName: string);
  }
  export class RotatedSecretUpdateCustom extends Model {
    constructor(name: string);
  }
  export class CreateSecret extends Model {
    constructor(name: string, value: string);
  }
  export class GetSecretValue extends Model {
    constructor(names: readonly string[]);
  }
  export class UpdateSecretVal extends Model {
    constructor(name: string, value: string);
  }
  export class RotateSecret extends Model {
    constructor(name: string);
  }
  export class RotatedSecretGetValue extends Model {
    constructor(name: string);
  }
  export class DescribeItem extends Model {
    constructor(name: string);
  }
  export class DeleteItem extends Model {
    constructor(name: string);
  }
  export class TargetDelete extends Model {
    constructor(name: string);
  }
  export class SetItemState extends Model {
    constructor(desiredState: string, name: string);
  }
  export class ListItems extends Model {}
  export class Auth extends Model {
    static constructFromObject(data: object): Auth;
  }

  /** What the tests read of an item. */
  interface ItemModel {
    readonly item_name: string;
    readonly item_type: string;
    readonly item_metadata: string;
    readonly item_state: string;
    readonly last_version: number;
    readonly creation_date: Date;
    readonly next_rotation_date?: Date;
    readonly item_targets_assoc: readonly { readonly target_name: string }[];
    readonly item_general_info: {
      readonly rotated_secret_details: { readonly rotator_status: string };
      readonly secure_remote_access_details: {
        readonly is_web: boolean;
        readonly host: readonly string[];
      };
    };
  }

  export class V2Api {
    constructor(client: ApiClient);
    auth(model: Auth): Promise<{ token: string; expiration: string }>;
    targetCreateWeb(model: TargetCreateWeb): Promise<{ target_id: number }>;
    targetDelete(model: TargetDelete): Promise<unknown>;
    rotatedSecretCreateCustom(model: RotatedSecretCreateCustom): Promise<{ name: string }>;
    rotatedSecretUpdateCustom(model: RotatedSecretUpdateCustom): Promise<{ name: string }>;
    rotateSecret(model: RotateSecret): Promise<{ name: string }>;
    rotatedSecretGetValue(model: RotatedSecretGetValue): Promise<{ value: { payload: string } }>;
    describeItem(model: DescribeItem): Promise<ItemModel>;
    listItems(model: ListItems): Promise<{ items: ItemModel[]; has_next: boolean }>;
    createSecret(model: CreateSecret): Promise<{ name: string }>;
    getSecretValue(model: GetSecretValue): Promise<Readonly<Record<string, string>>>;
    updateSecretVal(model: UpdateSecretVal): Promise<{ name: string }>;
    setItemState(model: SetItemState): Promise<unknown>;
    deleteItem(model: DeleteItem): Promise<{ item_name: string; deletion_date: Date }>;
  }
}

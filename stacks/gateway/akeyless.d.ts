/**
 * What this project uses of Akeyless's npm SDK (5.x), which ships no types. Only the
 * `…WithHttpInfo` calls are declared: their `response.body` is the raw JSON, where the plain calls
 * drop fields that the SDK's models do not know and turn dates into objects.
 */
declare module "akeyless" {
  type Body = Readonly<Record<string, unknown>>;

  interface Reply {
    readonly response: { readonly status: number; readonly body: unknown };
  }

  export class ApiClient {
    constructor(basePath: string);
    /** Milliseconds until a call is given up; 60 000 unless set. */
    timeout: number;
  }

  export class V2Api {
    constructor(client: ApiClient);
    authWithHttpInfo(body: Body): Promise<Reply>;
    deleteItemWithHttpInfo(body: Body): Promise<Reply>;
    describeItemWithHttpInfo(body: Body): Promise<Reply>;
    listItemsWithHttpInfo(body: Body): Promise<Reply>;
    rotateSecretWithHttpInfo(body: Body): Promise<Reply>;
    rotatedSecretCreateCustomWithHttpInfo(body: Body): Promise<Reply>;
    rotatedSecretUpdateCustomWithHttpInfo(body: Body): Promise<Reply>;
    rotatedSecretGetValueWithHttpInfo(body: Body): Promise<Reply>;
    targetCreateWebWithHttpInfo(body: Body): Promise<Reply>;
    targetDeleteWithHttpInfo(body: Body): Promise<Reply>;
    targetGetDetailsWithHttpInfo(body: Body): Promise<Reply>;
    targetListWithHttpInfo(body: Body): Promise<Reply>;
    targetUpdateWebWithHttpInfo(body: Body): Promise<Reply>;
  }
}

import { onTestFinished } from "vitest";
import { type Gateway, type GatewayOptions, startGateway } from "../../../harness/gateway/index.ts";
import { type RotatorDouble, startRotatorDouble } from "./rotator-double.ts";

/** An answer of the API. */
export interface ApiAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into arbitrary answers
  readonly body: any;
}

/** Posts a body to an operation, with the token of the first user. */
export type Post = (path: string, body?: Record<string, unknown>) => Promise<ApiAnswer>;

/** Posts JSON and returns status and parsed answer. */
export async function postJson(url: string, body: unknown): Promise<ApiAnswer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** A gateway with a rotator's double, both stopped when the test ends. */
export interface Stage {
  readonly gateway: Gateway;
  readonly rotator: RotatorDouble;
  readonly post: Post;
  /** Creates the target `/rotator` and a secret; fields add to or replace the usual ones. */
  createSecret(fields?: Record<string, unknown>): Promise<ApiAnswer>;
}

/** Starts a stage for one test. */
export async function setStage(options: GatewayOptions = {}): Promise<Stage> {
  const gateway = await startGateway(options);
  const rotator = await startRotatorDouble();
  onTestFinished(async () => {
    await Promise.all([gateway.stop(), rotator.stop()]);
  });
  const { body } = await postJson(`${gateway.url}/auth`, {
    "access-id": gateway.accessId,
    "access-key": gateway.accessKey,
  });
  const post: Post = (path, fields = {}) =>
    postJson(`${gateway.url}${path}`, { token: body.token, ...fields });
  return {
    gateway,
    rotator,
    post,
    createSecret: async (fields = {}) => {
      await post("/target-create-web", { name: "/rotator", url: rotator.url });
      return post("/rotated-secret-create-custom", {
        name: "/prod/app",
        "target-name": "/rotator",
        "custom-payload": "first",
        ...fields,
      });
    },
  };
}

import { onTestFinished } from "vitest";
import { type Gateway, type GatewayOptions, startGateway } from "../../../harness/gateway/index.ts";
import { type RotatorDouble, startRotatorDouble } from "./rotator-double.ts";

/** The fields of an answer that tests read by name. */
export interface AnswerBody {
  readonly error?: string;
  readonly token?: string;
  readonly value?: { readonly payload?: string };
  readonly [field: string]: unknown;
}

/** The fields of describe-item that tests read by name. */
export interface DescribedItem {
  readonly last_version: number;
  readonly next_rotation_date?: string;
  readonly item_tags: string[] | null;
  readonly item_versions?: readonly { readonly version: number }[];
  readonly item_general_info: {
    readonly rotated_secret_details: Readonly<Record<string, unknown>>;
    readonly [part: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** An answer of the API. */
interface ApiAnswer {
  readonly status: number;
  readonly body: AnswerBody;
}

/** Posts JSON and returns status and parsed answer. */
export async function postJson(url: string, body: unknown): Promise<ApiAnswer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as AnswerBody };
}

/** A gateway with a rotator's double, both stopped when the test ends. */
export interface GatewayStage {
  readonly gateway: Gateway;
  readonly rotator: RotatorDouble;
  /** Posts to an operation, with the token of the first user. */
  post(path: string, fields?: Record<string, unknown>): Promise<ApiAnswer>;
  /** Creates the target `/rotator` and the secret `/prod/app`; fields add to the usual ones. */
  createSecret(fields?: Record<string, unknown>): Promise<ApiAnswer>;
  rotate(): Promise<ApiAnswer>;
  describe(): Promise<DescribedItem>;
  /** The stored payload; an error's text where there is none. */
  payload(version?: number): Promise<string | undefined>;
}

/** The secret of a stage. */
export const SECRET = "/prod/app";

/** Starts a stage for one test. */
export async function setStage(options: GatewayOptions = {}): Promise<GatewayStage> {
  const gateway = await startGateway(options);
  const rotator = await startRotatorDouble();
  onTestFinished(async () => {
    await Promise.all([gateway.stop(), rotator.stop()]);
  });
  let token = await tokenFor(gateway);
  const post = async (path: string, fields: Record<string, unknown> = {}): Promise<ApiAnswer> => {
    const answer = await postJson(`${gateway.url}${path}`, { token, ...fields });
    if (answer.status !== 401 || "token" in fields) return answer;
    token = await tokenFor(gateway); // Tests that move the clock outlive their token.
    return postJson(`${gateway.url}${path}`, { token, ...fields });
  };
  return {
    gateway,
    rotator,
    post,
    createSecret: async (fields = {}) => {
      await post("/target-create-web", { name: "/rotator", url: rotator.url });
      return post("/rotated-secret-create-custom", {
        name: SECRET,
        "target-name": "/rotator",
        "custom-payload": "first",
        ...fields,
      });
    },
    rotate: () => post("/gateway-rotate-secret", { name: SECRET }),
    describe: async () => {
      const { body } = await post("/describe-item", { name: SECRET, "show-versions": true });
      return body as unknown as DescribedItem;
    },
    payload: async (version) => {
      const { body } = await post("/rotated-secret-get-value", { name: SECRET, version });
      return body.error ?? body.value?.payload;
    },
  };
}

/** A fresh token of the gateway's first user. */
export async function tokenFor(gateway: Gateway): Promise<string> {
  const { body } = await postJson(`${gateway.url}/auth`, {
    "access-id": gateway.accessId,
    "access-key": gateway.accessKey,
  });
  return body.token ?? "";
}

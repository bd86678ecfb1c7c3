import type { Body } from "akeyless";
import type { Call } from "./api-error.ts";
import type { Connection } from "./connection.ts";
import {
  type Item,
  itemPageSchema,
  itemSchema,
  type Target,
  targetPageSchema,
  targetSchema,
  valueSchema,
} from "./item.ts";
import { parsed, Session } from "./session.ts";

/** What a gateway adds to the time limit of a rotation: its own work before and after. */
const ROTATION_MARGIN_MS = 15_000;

/** Fields of a request, named as on the wire (kebab-case, with Akeyless's exceptions). */
export type Fields = Body;

/**
 * The calls of a gateway that this project makes, typed and parsed, over Akeyless's own SDK. Every
 * method rejects with an {@link OperationsError} and nothing else.
 *
 * Requests are plain objects, not the SDK's models: constructing a model adds defaults that are
 * sent, and the defaults of an update switch web access off (SDK 5.0.23).
 */
export class Gateway {
  readonly #session: Session;

  constructor(connection: Connection) {
    this.#session = new Session(connection);
  }

  /** Everything that Akeyless tells about an item except its value. */
  async describeItem(name: string): Promise<Item> {
    const call = this.#call("item", `describe ${name}`);
    const reply = await this.#session.send(
      call,
      { name, "item-custom-fields-details": true },
      (api, body) => api.describeItemWithHttpInfo(body),
    );
    return parsed(itemSchema, reply, call);
  }

  /** All rotated secrets whose name starts with `path`, of every rotator type. */
  async listRotatedSecrets(path: string): Promise<Item[]> {
    const call = this.#call("item", `list the rotated secrets below ${path}`);
    const query = { path, type: ["rotated-secret"], "auto-pagination": "enabled" };
    return pages(async (page) => {
      const reply = await this.#session.send(call, { ...query, ...page }, (api, body) =>
        api.listItemsWithHttpInfo(body),
      );
      const { items, next_page } = parsed(itemPageSchema, reply, call);
      return { entries: items ?? [], next: next_page };
    });
  }

  /**
   * Rotates an item now and waits for the end. `timeLimitSec` is the item's own limit: this call
   * waits a little longer, so that the gateway's verdict arrives.
   */
  async rotate(name: string, timeLimitSec: number): Promise<void> {
    const call = this.#call("rotate", `rotate ${name}`);
    const patience = timeLimitSec * 1_000 + ROTATION_MARGIN_MS;
    await this.#session.send(
      call,
      { name },
      (api, body) => api.rotateSecretWithHttpInfo(body),
      patience,
    );
  }

  /** The payload that an item holds now: a secret. */
  async readPayload(name: string): Promise<string> {
    const call = this.#call("item", `read the value of ${name}`);
    const reply = await this.#session.send(call, { name }, (api, body) =>
      api.rotatedSecretGetValueWithHttpInfo(body),
    );
    return parsed(valueSchema, reply, call).value.payload;
  }

  /** Creates a custom rotated secret. */
  async createSecret(name: string, fields: Fields): Promise<void> {
    await this.#session.send(
      this.#call("item", `create ${name}`),
      { ...fields, name },
      (api, body) => api.rotatedSecretCreateCustomWithHttpInfo(body),
    );
  }

  /** Changes the settings of a custom rotated secret; only fields that are given are sent. */
  async updateSecret(name: string, fields: Fields): Promise<void> {
    await this.#session.send(
      this.#call("item", `update ${name}`),
      { ...fields, name },
      (api, body) => api.rotatedSecretUpdateCustomWithHttpInfo(body),
    );
  }

  /** Deletes an item with all its versions; Akeyless refuses when it is delete-protected. */
  async deleteItem(name: string): Promise<void> {
    await this.#session.send(this.#call("item", `delete ${name}`), { name }, (api, body) =>
      api.deleteItemWithHttpInfo(body),
    );
  }

  /** A target and, for a Web Target, its address. */
  async describeTarget(name: string): Promise<Target> {
    const call = this.#call("target", `describe the target ${name}`);
    const reply = await this.#session.send(call, { name }, (api, body) =>
      api.targetGetDetailsWithHttpInfo(body),
    );
    return parsed(targetSchema, reply, call);
  }

  /** Names of all Web Targets. */
  async listWebTargets(): Promise<string[]> {
    const call = this.#call("target", "list the Web Targets");
    const targets = await pages(async (page) => {
      const reply = await this.#session.send(call, { type: ["web"], ...page }, (api, body) =>
        api.targetListWithHttpInfo(body),
      );
      const { targets, next_page } = parsed(targetPageSchema, reply, call);
      return { entries: targets ?? [], next: next_page };
    });
    return targets.map((target) => target.target_name);
  }

  /** Creates a Web Target. */
  async createTarget(name: string, fields: Fields): Promise<void> {
    await this.#session.send(
      this.#call("target", `create the target ${name}`),
      { ...fields, name },
      (api, body) => api.targetCreateWebWithHttpInfo(body),
    );
  }

  /** Changes a Web Target; only fields that are given are sent. */
  async updateTarget(name: string, fields: Fields): Promise<void> {
    await this.#session.send(
      this.#call("target", `update the target ${name}`),
      { ...fields, name },
      (api, body) => api.targetUpdateWebWithHttpInfo(body),
    );
  }

  /** Deletes a target. */
  async deleteTarget(name: string): Promise<void> {
    await this.#session.send(
      this.#call("target", `delete the target ${name}`),
      { name },
      (api, body) => api.targetDeleteWithHttpInfo(body),
    );
  }

  #call(kind: Call["kind"], purpose: string): Call {
    return { address: this.#session.address, kind, purpose };
  }
}

async function pages<Entry>(
  read: (page: Fields) => Promise<{ entries: Entry[]; next: string | null | undefined }>,
): Promise<Entry[]> {
  const all: Entry[] = [];
  let token: string | null | undefined;
  do {
    const { entries, next } = await read(token ? { "pagination-token": token } : {});
    all.push(...entries);
    token = next === token ? undefined : next;
  } while (token);
  return all;
}

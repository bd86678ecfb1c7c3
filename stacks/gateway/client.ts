import { systemClock } from "../../common/clock.ts";
import { defined } from "../../common/defined.ts";
import { type Item, itemSchema, type Target, targetSchema } from "../attributes/item.ts";
import { gatewaysSchema, itemPageSchema, valueSchema } from "./answers.ts";
import type { ApiCall } from "./api-error.ts";
import type { Connection } from "./connection.ts";
import { GatewaySession, parsed, type SessionOptions } from "./session.ts";

/** What a gateway adds to the time limit of a rotation: its own work before and after. */
const ROTATION_MARGIN_MS = 15_000;

/** Fields of a request, named as on the wire (kebab-case, with Akeyless's exceptions). */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * The calls of a gateway that this project makes, typed and parsed. Every method rejects with an
 * `KitError` and nothing else. Reads are repeated after a passing failure, changes
 * never.
 *
 * Paths and fields are those of Akeyless's API v2 (its npm SDK 5.0.23 sends the same).
 */
export class Gateway {
  readonly #session: GatewaySession;

  constructor(connection: Connection, options: Partial<SessionOptions> = {}) {
    this.#session = new GatewaySession(connection, {
      clock: systemClock,
      fetch: globalThis.fetch,
      environment: process.env,
      ...options,
    });
  }

  /** Everything that Akeyless tells about an item except its value. */
  async describeItem(name: string): Promise<Item> {
    const call = this.#call("item", "describe-item", `describe ${name}`);
    const query = { name, "item-custom-fields-details": true };
    return parsed(itemSchema, await this.#session.read(call, query), call);
  }

  /** All rotated secrets whose name starts with `path`, of every rotator type. */
  async listRotatedSecrets(path: string): Promise<Item[]> {
    const call = this.#call("item", "list-items", `list the rotated secrets below ${path}`);
    const query = { path, type: ["rotated-secret"], "auto-pagination": "enabled" };
    return pages(async (page) => {
      const reply = await this.#session.read(call, { ...query, ...page });
      const { items, next_page } = parsed(itemPageSchema, reply, call);
      return { entries: items ?? [], next: next_page };
    });
  }

  /**
   * The access ids with which the gateways of this account log in themselves, from the names of their
   * clusters (acc-…/p-…/defaultCluster, as the reference of /delete-gateway-allowed-access-id shows).
   */
  async gatewayAccessIds(): Promise<string[]> {
    const call = this.#call("auth", "list-gateways", "list the gateways of this account");
    const { clusters } = parsed(gatewaysSchema, await this.#session.read(call, {}), call);
    const ids = (clusters ?? []).map(({ cluster_name }) => cluster_name?.split("/")[1] ?? "");
    return [...new Set(ids.filter((id) => id.startsWith("p-")))];
  }

  /**
   * Rotates an item now and waits for the end. `timeLimitSec` is the item's own limit: this call
   * waits a little longer, so that the gateway's verdict arrives.
   */
  async rotate(name: string, timeLimitSec: number): Promise<void> {
    const call = this.#call("rotate", "gateway-rotate-secret", `rotate ${name}`, name);
    await this.#session.change(call, { name }, timeLimitSec * 1_000 + ROTATION_MARGIN_MS);
  }

  /** The payload that an item holds now, or held as an earlier version: a secret. */
  async readPayload(name: string, version?: number): Promise<string> {
    const what = version === undefined ? "the value" : `version ${version}`;
    const call = this.#call("item", "rotated-secret-get-value", `read ${what} of ${name}`);
    const query = { name, ...defined({ version }) };
    return parsed(valueSchema, await this.#session.read(call, query), call).value.payload;
  }

  /** Creates a custom rotated secret. */
  createSecret(name: string, fields: Fields): Promise<void> {
    const call = this.#call("item", "rotated-secret-create-custom", `create ${name}`);
    return this.#session.change(call, { ...fields, name });
  }

  /** Changes the settings of a custom rotated secret; only fields that are given are sent. */
  updateSecret(name: string, fields: Fields): Promise<void> {
    const call = this.#call("item", "rotated-secret-update-custom", `update ${name}`);
    return this.#session.change(call, { ...fields, name });
  }

  /**
   * Deletes an item with all its versions; Akeyless refuses when it is delete-protected. By `force`
   * also where what belongs to it at a third party cannot be deleted, which only another call takes.
   */
  deleteItem(name: string, force = false): Promise<void> {
    const path = force ? "rotated-secret-delete" : "delete-item";
    const fields = defined({ name, "force-delete": force || undefined });
    return this.#session.change(this.#call("item", path, `delete ${name}`), fields);
  }

  /** A target and, for a Web Target, its address. */
  async describeTarget(name: string): Promise<Target> {
    const call = this.#call("target", "target-get-details", `describe the target ${name}`);
    return parsed(targetSchema, await this.#session.read(call, { name }), call);
  }

  /** Creates a Web Target. */
  createTarget(name: string, fields: Fields): Promise<void> {
    const call = this.#call("target", "target-create-web", `create the target ${name}`);
    return this.#session.change(call, { ...fields, name });
  }

  /** Changes a Web Target; only fields that are given are sent. */
  updateTarget(name: string, fields: Fields): Promise<void> {
    const call = this.#call("target", "target-update-web", `update the target ${name}`);
    return this.#session.change(call, { ...fields, name });
  }

  /** Deletes a target. */
  deleteTarget(name: string): Promise<void> {
    const call = this.#call("target", "target-delete", `delete the target ${name}`);
    return this.#session.change(call, { name });
  }

  #call(kind: ApiCall["kind"], path: string, purpose: string, name = ""): ApiCall {
    return { address: this.#session.address, kind, path, purpose, name };
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

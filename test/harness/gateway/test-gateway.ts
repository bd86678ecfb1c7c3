import type { AkeylessSection } from "../../../rotator/index.ts";
import type { EmulatedGateway } from "./handle.ts";
import type { GatewayOptions } from "./options.ts";
import { startGateway as start } from "./start.ts";

/** What {@link TestGateway.declare} creates. */
export interface Declaration {
  /** The Web Target's URL: `rotator.url`. */
  readonly target: string;
  /** The first payload: a string as it is, anything else as JSON. */
  readonly payload: unknown;
  /** The item's path. @default - `/` and the payload's `system` */
  readonly name?: string;
}

/** The emulated gateway, for a test. */
export interface TestGateway extends EmulatedGateway {
  /** What a rotator has to know of this gateway: `startRotator({ config, akeyless })`. */
  forRotator(): AkeylessSection;
  /**
   * Creates a Web Target and a custom rotated secret through the API, and returns the item's path.
   * @throws Error with the gateway's own sentence when it refuses
   */
  declare(declaration: Declaration): Promise<string>;
  /**
   * The payload that the item holds now.
   * @throws RangeError when there is no such item
   */
  payload(item: string): string;
}

/** Starts the emulated Akeyless Gateway on loopback; docs/reference/emulator.md says what it does. */
export async function startTestGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const gateway = await start(options);
  return {
    ...gateway,
    forRotator: () => ({
      access_ids: [gateway.gatewayAccessId],
      validation_url: `${gateway.url}/validate-producer-credentials`,
    }),
    declare: (declaration) => declare(gateway, declaration),
    payload: (name) => {
      const version = gateway.item(name)?.versions.at(-1);
      if (version === undefined) throw new RangeError(`payload: there is no item "${name}"`);
      return version.payload;
    },
  };
}

async function declare(gateway: EmulatedGateway, declaration: Declaration): Promise<string> {
  const { target, payload } = declaration;
  const name = declaration.name ?? `/${systemOf(payload)}`;
  const { token } = await call(gateway, "/auth", {
    "access-id": gateway.accessId,
    "access-key": gateway.accessKey,
  });
  const targetName = `${name}-target`;
  await call(gateway, "/target-create-web", { token, name: targetName, url: target });
  await call(gateway, "/rotated-secret-create-custom", {
    token,
    name,
    "target-name": targetName,
    "custom-payload": typeof payload === "string" ? payload : JSON.stringify(payload),
  });
  return name;
}

function systemOf(payload: unknown): string {
  if (typeof payload === "object" && payload !== null && "system" in payload) {
    return String(payload.system);
  }
  throw new RangeError("declare: give a name, or a payload with a system");
}

async function call(
  { url }: EmulatedGateway,
  path: string,
  body: object,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${path}: ${answer.error}`);
  return answer;
}

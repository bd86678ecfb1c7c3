export { CONTROL_HEADER } from "./control.ts";
export type { GatewayEvent, RecordedCall } from "./events.ts";
export type { EmulatedGateway as Gateway } from "./handle.ts";
export type { StoredItem as Item } from "./model.ts";
export type { ApiUser, GatewayOptions } from "./options.ts";
export type { SessionEnd } from "./remote-access.ts";
export type { CallOutcome } from "./rotation-call.ts";
export { startGateway } from "./start.ts";

export { CONTROL_HEADER } from "./control.ts";
export type { GatewayEvent, RecordedCall } from "./events.ts";
export type { Gateway } from "./handle.ts";
export type { Item } from "./model.ts";
export type { ApiUser, GatewayOptions } from "./options.ts";
export type { SessionEnd } from "./remote-access.ts";
export type { CallOutcome } from "./rotation-call.ts";
export { startGateway } from "./start.ts";

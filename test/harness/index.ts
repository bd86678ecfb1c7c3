/**
 * `akeyless-rotation-kit/testing`: an emulated Akeyless Gateway, the stand-in Terraform provider, the
 * contract for systems and a clock that you move. Nothing here contacts Akeyless.
 *
 * @module
 */
export {
  type ContractCheck,
  type ContractFeature,
  type ContractSubject,
  systemContract,
} from "../../rotator/testing/contract.ts";
export type { Fault, FaultBoard, FaultName, FaultOptions, FaultPoint } from "./faults.ts";
export type { GatewayEvent, RecordedCall } from "./gateway/events.ts";
export type { StoredItem as Item } from "./gateway/model.ts";
export type { ApiUser, GatewayOptions } from "./gateway/options.ts";
export type { SessionEnd } from "./gateway/remote-access.ts";
export type { CallOutcome } from "./gateway/rotation-call.ts";
export {
  type Declaration,
  startTestGateway as startGateway,
  type TestGateway,
} from "./gateway/test-gateway.ts";
export { memorySystem } from "./memory-system.ts";
export { type InstalledProvider, installProvider } from "./terraform-provider/install.ts";
export { VirtualClock } from "./virtual-clock.ts";

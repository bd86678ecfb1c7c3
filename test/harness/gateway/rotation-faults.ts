import { setTimeout as realTime } from "node:timers/promises";
import type { Fault } from "../faults.ts";
import {
  type CallOutcome,
  type RotationCaller,
  type RotationRequest,
  readAnswer,
  requestFailed,
  TIMED_OUT,
} from "./rotation-call.ts";

/** Calls the rotator and plays the fault; each name is explained in faults.ts. */
export async function callUnderFault(
  caller: RotationCaller,
  request: RotationRequest,
  fault: Fault | undefined,
): Promise<CallOutcome> {
  const { url } = request;
  switch (fault?.name) {
    case "error-before":
      return readAnswer(503, "upstream unavailable");
    case "reset-before":
      return requestFailed(url, "EOF");
    case "error-after":
      await caller.call(request);
      return readAnswer(502, "bad gateway");
    case "reset-after":
      await caller.call(request);
      return requestFailed(url, "EOF");
    case "late":
      await caller.call(request);
      return requestFailed(url, TIMED_OUT);
    case "hang-up":
      await caller.call({ ...request, signal: AbortSignal.timeout(fault.milliseconds) });
      return requestFailed(url, TIMED_OUT);
    case "cut-body":
      return caller.call({ ...request, cutsBody: true });
    case "slow":
      await realTime(fault.milliseconds, undefined, { ref: false });
      return caller.call(request);
    case "duplicate": {
      const calls = [caller.call(request), caller.call(request)];
      const first = await Promise.race(calls);
      await Promise.all(calls);
      return first;
    }
    default:
      return caller.call(request);
  }
}

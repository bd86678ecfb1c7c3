// A system in memory that says yes to everything, after a configurable latency.
import { setTimeout as delay } from "node:timers/promises";

export function createSystem({ latency_ms: latency = 0 }) {
  const wait = () => (latency === 0 ? undefined : delay(latency));
  return {
    probe: async () => {
      await wait();
      return { result: "valid" };
    },
    change: async () => {
      await wait();
      return { result: "changed" };
    },
  };
}

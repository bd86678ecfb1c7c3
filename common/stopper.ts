import { setMaxListeners } from "node:events";

/**
 * An AbortController for a process or a part of it that lives long: everything that waits listens to its
 * signal, and leaves when the wait ends. Node.js 20 takes more than ten for a leak and warns on stderr;
 * how many wait is bounded where they queue.
 */
export function createStopper(): AbortController {
  const stopper = new AbortController();
  setMaxListeners(0, stopper.signal);
  return stopper;
}

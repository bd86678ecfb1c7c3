import { systemClock } from "../../common/clock.ts";
import type { CommandIo } from "../../stacks/operations/io.ts";

/** What a command wrote, and its exit code: 0 until it sets another. */
export interface Collected {
  out: string;
  err: string;
  code: number;
}

/** The surroundings of a command in this process, and what it leaves there; `more` replaces parts. */
export function collectingIo(more: Partial<CommandIo> = {}): { io: CommandIo; said: Collected } {
  const said: Collected = { out: "", err: "", code: 0 };
  const io: CommandIo = {
    environment: {},
    clock: systemClock,
    isTerminal: false,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    setExitCode: (code) => {
      said.code = code;
    },
    ...more,
  };
  return { io, said };
}

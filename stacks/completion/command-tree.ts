import type { Command } from "commander";

/** A word that may come next, and what it means. */
export interface Word {
  readonly word: string;
  readonly about: string;
}

/** An option of a command: what follows it. */
export interface OptionWord extends Word {
  readonly takesValue: boolean;
  /** The values that there are; none where any text or file is one. */
  readonly values: readonly string[];
}

/** What may follow a command. */
export interface Place {
  /** The commands so far, without the program's name: `gateway clock`. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly OptionWord[];
}

const plain = (text: string) => text.replaceAll(/\s+/g, " ");

/** Every command of a program, the program itself first. */
export function placesOf(program: Command, path = ""): Place[] {
  const shown = program.commands.filter((command) => command.name() !== "help");
  const place: Place = {
    path,
    commands: shown.map((command) => ({
      word: command.name(),
      about: plain(command.description()),
    })),
    options: [
      ...program.options.flatMap(({ long, description, required, optional, argChoices, hidden }) =>
        long && !hidden
          ? [
              {
                word: long,
                about: plain(description),
                takesValue: required || optional,
                values: argChoices ?? [],
              },
            ]
          : [],
      ),
      { word: "--help", about: "display help for command", takesValue: false, values: [] },
    ],
  };
  return [
    place,
    ...shown.flatMap((command) =>
      placesOf(command, path === "" ? command.name() : `${path} ${command.name()}`),
    ),
  ];
}

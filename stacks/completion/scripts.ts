import type { OptionWord, Place, Word } from "./command-tree.ts";

/** A text between single quotes, as bash and zsh read it. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Options that take a value, each at its place: `gateway --clock`. */
const withValue = (places: readonly Place[]) =>
  places.flatMap(({ path, options }) =>
    options.filter(({ takesValue }) => takesValue).map((option) => ({ path, option })),
  );

/** Shell code, the same in bash and zsh, that finds the commands so far in the words before. */
const walk = (places: readonly Place[], words: string) => `  local chain= word=
  for word in ${words}; do
    case "$chain $word" in
      ${places
        .filter(({ path }) => path !== "")
        .map(({ path }) => quoted(path.includes(" ") ? path : ` ${path}`))
        .join("|")}) chain="\${chain:+$chain }$word" ;;
    esac
  done`;

/**
 * The completion of bash: words, and nothing where any text may come. There bash's own completion
 * follows (-o default), which knows how to write the names of files.
 */
export function bashScript(places: readonly Place[]): string {
  const values = withValue(places).map(({ path, option }) => {
    const list = quoted(option.values.join(" "));
    const reply = `COMPREPLY=($(compgen -W ${list} -- "$current"))`;
    return `    ${quoted(`${path} ${option.word}`)}) ${option.values.length > 0 ? `${reply}; ` : ""}return ;;`;
  });
  const words = places.map(({ path, commands, options }) => {
    const all = [...commands, ...options].map(({ word }) => word).join(" ");
    return `    ${quoted(path)}) COMPREPLY=($(compgen -W ${quoted(all)} -- "$current")) ;;`;
  });
  return `# bash completion of rotation-kit:  source <(rotation-kit completion bash)
_rotation_kit() {
  local IFS=$' \\t\\n'
  COMPREPLY=()
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
${walk(places, `"\${COMP_WORDS[@]:1:COMP_CWORD-1}"`)}
  case "$chain $before" in
${values.join("\n")}
  esac
  case "$chain" in
${words.join("\n")}
  esac
}
complete -o default -F _rotation_kit rotation-kit
`;
}

/** The completion of zsh: words with what they mean. */
export function zshScript(places: readonly Place[]): string {
  const entry = ({ word, about }: Word) => quoted(`${word}:${about.replaceAll(":", "\\:")}`);
  const values = withValue(places).map(({ path, option }) => {
    const then =
      option.values.length > 0 ? `compadd -- ${option.values.map(quoted).join(" ")}` : "_files";
    return `    ${quoted(`${path} ${option.word}`)}) ${then}; return ;;`;
  });
  const words = places.map(
    ({ path, commands, options }) =>
      `    ${quoted(path)}) entries=(${[...commands, ...options].map(entry).join(" ")}) ;;`,
  );
  return `#compdef rotation-kit
# zsh completion of rotation-kit:  source <(rotation-kit completion zsh)
_rotation_kit() {
  local before=\${words[CURRENT-1]}
  local -a entries
${walk(places, `"\${(@)words[2,CURRENT-1]}"`)}
  case "$chain $before" in
${values.join("\n")}
  esac
  case "$chain" in
${words.join("\n")}
  esac
  _describe rotation-kit entries || _files
}
compdef _rotation_kit rotation-kit
`;
}

/** The completion of fish: words with what they mean. */
export function fishScript(places: readonly Place[]): string {
  const text = (value: string) => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const at = (path: string) => `-n ${text(`test "$(__rotation_kit_path)" = "${path}"`)}`;
  const paths = places.flatMap(({ path }) => (path === "" ? [] : [text(path)]));
  const command = (path: string, { word, about }: Word) =>
    `complete -c rotation-kit -f ${at(path)} -a ${word} -d ${text(about)}`;
  const option = (path: string, { word, about, takesValue, values }: OptionWord) => {
    const value =
      values.length > 0 ? ` -x -a ${text(values.join(" "))}` : takesValue ? " -r -F" : "";
    return `complete -c rotation-kit ${at(path)} -l ${word.slice(2)}${value} -d ${text(about)}`;
  };
  return `# fish completion of rotation-kit:  rotation-kit completion fish | source
function __rotation_kit_path
    set -l chain
    for word in (commandline -opc)[2..-1]
        set -l longer (string join -- " " $chain $word)
        contains -- $longer ${paths.join(" ")}
        and set chain $chain $word
    end
    string join -- " " $chain
end
${places
  .flatMap(({ path, commands, options }) => [
    ...commands.map((one) => command(path, one)),
    ...options.map((one) => option(path, one)),
  ])
  .join("\n")}
`;
}

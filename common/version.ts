/** Version of the kit, as package.json has it: for `--version`, the log and the metrics. */
export const VERSION = "0.1.0";

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import type { DataSource, Provider } from "../protocol/provider.ts";

const run = promisify(execFile);
const programSchema = z.tuple([z.string()], z.string());
const resultSchema = z.record(z.string(), z.string());

/** Runs a program and takes the JSON object of texts that it prints. */
const external: DataSource<null> = {
  read: async (_client, config) => {
    const [command, ...args] = programSchema.parse(config.program);
    const { stdout } = await run(command, args);
    return { ...config, id: "-", result: resultSchema.parse(JSON.parse(stdout)) };
  },
};

/**
 * Stand-in for `hashicorp/external` 2.3, as far as `program` and `result` go: `query` and
 * `working_dir` are accepted and not served.
 */
export const externalProvider: Provider<null> = {
  planning: "strict",
  schema: {
    provider: { version: 0, block: {} },
    resource_schemas: {},
    data_source_schemas: {
      external: {
        version: 0,
        block: {
          attributes: {
            id: { type: "string", computed: true },
            program: { type: ["list", "string"], required: true },
            query: { type: ["map", "string"], optional: true },
            result: { type: ["map", "string"], computed: true },
            working_dir: { type: "string", optional: true },
          },
        },
      },
    },
  },
  configure: async () => ({ client: null, diagnostics: [] }),
  resources: {},
  dataSources: { external },
};

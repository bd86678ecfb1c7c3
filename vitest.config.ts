import { defineConfig } from "vitest/config";

/**
 * Projects: `unit` runs in parallel workers; `e2e` drives real processes (Terraform, servers
 * that get killed), one file at a time, so that two cores are enough; `live` runs recipes against
 * products that the machine must have (RabbitMQ from Debian), so it is a command of its own:
 * `npm run test:live`.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "live",
          include: ["test/live/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});

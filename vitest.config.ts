import { defineConfig } from "vitest/config";

/**
 * Projects: `unit` runs in parallel workers; `e2e` drives real processes (Terraform, servers
 * that get killed), one file at a time, so that two cores are enough. With commands of their own:
 * `slow` (`npm run test:slow`) holds what takes minutes, many runs of Terraform; `live`
 * (`npm run test:live`) runs recipes against products that the machine must have (RabbitMQ from
 * Debian).
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
          exclude: ["test/e2e/slow/**"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "slow",
          include: ["test/e2e/slow/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 240_000,
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

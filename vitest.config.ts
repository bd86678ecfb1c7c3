import { defineConfig } from "vitest/config";

const processes = { testTimeout: 120_000, hookTimeout: 120_000 };

/**
 * `unit` and `e2e` are `npm test`; together they stay within three minutes on two cores. `slow`
 * (`npm run test:slow`) holds what takes minutes, many runs of Terraform; `deploy`
 * (`npm run test:deploy`) holds deploy/ against its tools and runs the image's steps; `live`
 * (`npm run test:live`) runs recipes against products that the machine must have.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
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
          ...processes,
        },
      },
      {
        test: {
          name: "slow",
          include: ["test/e2e/slow/**/*.test.ts"],
          ...processes,
          testTimeout: 240_000,
        },
      },
      {
        test: {
          name: "deploy",
          include: ["test/deploy/**/*.test.ts"],
          ...processes,
        },
      },
      {
        test: {
          name: "live",
          include: ["test/live/**/*.test.ts"],
          fileParallelism: false,
          ...processes,
        },
      },
    ],
  },
});

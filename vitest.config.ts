import { spawnSync } from "node:child_process";
import { defineConfig } from "vitest/config";

/** Bounds for what hangs, never for what is slow: a loaded machine takes many times as long. */
const processes = { testTimeout: 300_000, hookTimeout: 300_000 };
/** `expect.poll` waits a second unless told otherwise, which a loaded machine needs for a step. */
const patient = { poll: { timeout: 30_000 } };

/** What `npm test` runs only where Terraform is on the PATH; .ci/run refuses to start without it. */
const NEED_TERRAFORM = ["test/e2e/operations/import.test.ts"];

const missing = spawnSync("terraform", ["version"], { stdio: "ignore" }).error !== undefined;
const skipped = missing ? NEED_TERRAFORM : [];
if (missing) {
  process.stderr.write(
    `Terraform is not on the PATH; end-to-end tests that are skipped: ${skipped.length} (${skipped.join(", ")}).\n`,
  );
}

/**
 * `unit` and `e2e` are `npm test`; together they end within 150 s on two cores. `slow`
 * (`npm run test:slow`) holds what takes minutes, many runs of Terraform; `deploy`
 * (`npm run test:deploy`) holds deploy/ against its tools and runs the image's steps; `live`
 * (`npm run test:live`) runs recipes against products that the machine must have; `by-hand`
 * (`npm run test:by-hand`) does so with those that need gigabytes, and is not part of the gate.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: patient,
          setupFiles: ["test/unit/property-seed.ts"],
          // Files share what they import: a third of the time was reading the same modules again.
          isolate: false,
          unstubEnvs: true,
          restoreMocks: true,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: ["test/e2e/slow/**", ...skipped],
          globalSetup: "test/e2e/bundled-kit.ts",
          expect: patient,
          ...processes,
        },
      },
      {
        test: {
          name: "slow",
          include: ["test/e2e/slow/**/*.test.ts"],
          expect: patient,
          globalSetup: "test/e2e/bundled-kit.ts",
          ...processes,
        },
      },
      {
        test: {
          name: "deploy",
          include: ["test/deploy/**/*.test.ts"],
          expect: patient,
          ...processes,
        },
      },
      {
        test: {
          name: "live",
          include: ["test/live/*.test.ts"],
          expect: patient,
          ...processes,
        },
      },
      {
        test: {
          name: "by-hand",
          include: ["test/live/by-hand/*.test.ts"],
          fileParallelism: false,
          expect: patient,
          ...processes,
          testTimeout: 600_000,
        },
      },
    ],
  },
});

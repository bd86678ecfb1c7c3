import { performance } from "node:perf_hooks";
import type { Validate } from "../authentication/validator.ts";
import type { Metrics } from "../observability/metrics.ts";

/** Counts and times the calls to Akeyless. */
export function measureValidate(validate: Validate, metrics: Metrics): Validate {
  return async (question) => {
    const started = performance.now();
    try {
      const verdict = await validate(question);
      const confirmed = verdict.genuine && verdict.accessId === question.accessId;
      metrics.validations.inc({ verdict: confirmed ? "genuine" : "rejected" });
      return verdict;
    } catch (error) {
      metrics.validations.inc({ verdict: "unavailable" });
      throw error;
    } finally {
      metrics.validationSeconds.observe((performance.now() - started) / 1000);
    }
  };
}

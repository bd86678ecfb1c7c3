/** What the harness or the demo cannot go on with: one sentence for the person who runs it. */
export class HarnessError extends Error {
  readonly code: "interrupted" | "missing_prerequisite" | "demo_failed" | "deploy_failed";

  constructor(code: HarnessError["code"], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "HarnessError";
    this.code = code;
  }
}

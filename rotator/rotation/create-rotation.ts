import { randomBytes } from "node:crypto";
import { DEFAULT_PASSWORD_POLICY } from "../password/policy.ts";
import { writeAnswer } from "./answer.ts";
import { type CheckedRequest, checkRequest } from "./check-request.ts";
import { RotationError } from "./errors.ts";
import { limitsFrom } from "./limits.ts";
import { CredentialLocks, withSharedLock } from "./locks.ts";
import { type ParsedPayload, parsePayload } from "./parse-payload.ts";
import type {
  RotateRequest,
  Rotation,
  RotationAnswer,
  RotationDependencies,
  Strategy,
} from "./rotation.ts";
import { Session } from "./session.ts";
import { rotateAlternating } from "./strategies/alternating.ts";
import { rotateKeyPair } from "./strategies/key-pair.ts";
import { rotateRandom } from "./strategies/random.ts";
import { rotateDualPassword, rotateSingle } from "./strategies/single.ts";
import type { Job, RotateWithStrategy } from "./strategies/strategy.ts";
import type { Step } from "./trace.ts";

const STRATEGY: Record<Strategy, RotateWithStrategy> = {
  single: rotateSingle,
  alternating: rotateAlternating,
  "dual-password": rotateDualPassword,
  "key-pair": rotateKeyPair,
  random: rotateRandom,
};

/** The rotation protocol over the given keys and systems. Keeps nothing between requests. */
export function createRotation(dependencies: RotationDependencies): Rotation {
  const { keyring, clock, sharedLock } = dependencies;
  const locks = new CredentialLocks<RotationAnswer>();

  const rotateChecked = async (request: RotateRequest, checked: CheckedRequest) => {
    const { binding, log } = request;
    const { payload, item, previous, target } = checked;
    const ofSystem = target.maxFailedLogins ? { maxFailedLogins: target.maxFailedLogins } : {};
    const session = new Session({
      system: target.system,
      limits: limitsFrom({ ...dependencies.limits, ...ofSystem }),
      clock,
      log,
      onStep: request.onStep ?? (() => {}),
      onSecret: request.onSecret ?? (() => {}),
      signal: request.signal,
    });
    const job: Job = {
      item,
      payload,
      state: payload.fields._rotation,
      previous,
      policy: payload.fields.policy ?? target.policy ?? DEFAULT_PASSWORD_POLICY,
      keyring,
      session,
      mayReconcile: binding.reconcile,
      randomBytes: dependencies.randomBytes ?? randomBytes,
    };
    const rotate = () => STRATEGY[binding.strategy](job);
    const rotated = await (sharedLock
      ? withSharedLock(sharedLock, checked.credential, session, rotate)
      : rotate());
    return {
      payload: writeAnswer(payload, item, rotated, keyring, clock.now()),
      outcome: rotated.outcome,
      strategy: binding.strategy,
      generation: rotated.state.gen,
    };
  };

  return {
    check: (request) => void checkRequest(request, dependencies),
    async rotate(request) {
      const begun = clock.now();
      const trace = (step: Step, outcome: string, since = begun) =>
        request.onStep?.({ step, outcome, ms: clock.now() - since });
      try {
        const checked = checkRequest(request, dependencies);
        registerSecrets(checked.payload, request);
        trace("parse", "ok");
        const parsed = clock.now();
        const same = JSON.stringify([request.item, request.payload]);
        const { result, joined } = locks.run(checked.credential, same, () =>
          rotateChecked(request, checked),
        );
        trace("lock", joined ? "joined" : "ok", parsed);
        const answer = await result;
        if (joined) registerSecrets(parsePayload(answer.payload), request);
        trace("answer", answer.outcome);
        return answer;
      } catch (error) {
        trace("answer", error instanceof RotationError ? error.code : "internal");
        throw error;
      }
    },
  };
}

/** Tells the request's redactor which passwords are in the payload. */
function registerSecrets({ fields }: ParsedPayload, { onSecret }: RotateRequest): void {
  const { password, current_password, users = [] } = fields;
  for (const secret of [password, current_password, ...users.map((user) => user.password)])
    if (secret !== undefined) onSecret?.(secret);
}

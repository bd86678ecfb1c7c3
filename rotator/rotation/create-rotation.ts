import { randomBytes } from "node:crypto";
import { DEFAULT_PASSWORD_POLICY } from "../password/policy.ts";
import { writeAnswer } from "./answer.ts";
import { type CheckedRequest, checkRequest } from "./check-request.ts";
import { RotationError } from "./errors.ts";
import { limitsFrom } from "./limits.ts";
import { CredentialLocks, withSharedLock } from "./locks.ts";
import { type ParsedPayload, parsePayload } from "./parse-payload.ts";
import type {
  RotatableSystem,
  RotateRequest,
  Rotation,
  RotationAnswer,
  RotationDependencies,
  Strategy,
} from "./rotation.ts";
import { VainSearches } from "./search-backoff.ts";
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

/** Said instead of the table's sentence while an account is left alone. */
const RESTING =
  "The stored password does not open the account, and a search has found nothing a short while ago: the account is left alone until the next one.";

/**
 * The rotation protocol over the given keys and systems. Keeps nothing between requests that a
 * rotation depends on: any replica can take the next one.
 */
export function createRotation(dependencies: RotationDependencies): Rotation {
  const { keyring, clock, sharedLock } = dependencies;
  const locks = new CredentialLocks<RotationAnswer>();
  const vain = new VainSearches(clock, limitsFrom(dependencies.limits).restMs);

  const sessionFor = (request: RotateRequest, target: RotatableSystem, rests: boolean) => {
    const ofSystem = target.maxFailedLogins ? { maxFailedLogins: target.maxFailedLogins } : {};
    const whole = limitsFrom({ ...dependencies.limits, ...ofSystem });
    const limits = { ...whole, totalMs: whole.totalMs - (request.waitedMs ?? 0) };
    return new Session({
      system: target.system,
      limits: rests ? { ...limits, maxFailedLogins: 1 } : limits,
      clock,
      log: request.log,
      onStep: request.onStep ?? (() => {}),
      onSecret: request.onSecret ?? (() => {}),
      signal: request.signal,
    });
  };

  /** After a search in vain, only the password in the payload is tried for a while. */
  const rotateWithRest = async (request: RotateRequest, checked: CheckedRequest, same: string) => {
    const rests = !request.binding.reconcile && vain.rests(same);
    const session = sessionFor(request, checked.target, rests);
    try {
      return await rotateChecked(request, checked, session);
    } catch (error) {
      if (!(error instanceof RotationError) || error.code !== "out_of_sync") throw error;
      if (rests) throw new RotationError("out_of_sync", { message: RESTING });
      vain.note(same);
      throw error;
    } finally {
      if (session.opened) vain.forget(same);
    }
  };

  const rotateChecked = async (
    { binding }: RotateRequest,
    { payload, item, previous, target, credential }: CheckedRequest,
    session: Session,
  ) => {
    const job: Job = {
      item,
      payload,
      state: payload.fields._rotation,
      previous,
      policy: payload.fields.policy ?? target.policy ?? DEFAULT_PASSWORD_POLICY,
      keyring,
      session,
      mayReconcile: binding.reconcile,
      mayBootstrap: binding.bootstrap ?? false,
      checksOld: target.checksOld ?? false,
      randomBytes: dependencies.randomBytes ?? randomBytes,
    };
    const rotate = () => STRATEGY[binding.strategy](job);
    const rotated = await (sharedLock
      ? withSharedLock(sharedLock, credential, session, rotate)
      : rotate());
    return {
      payload: writeAnswer(payload, item, rotated, keyring, clock.now()),
      outcome: rotated.outcome,
      strategy: binding.strategy,
      ...(job.state && { requestKey: job.state.kid }),
      generation: rotated.state.gen,
    };
  };

  return {
    check: (request) => void checkRequest(request, dependencies),
    async rotate(request) {
      const begun = clock.monotonic();
      const trace = (step: Step, outcome: string, since = begun) =>
        request.onStep?.({ step, outcome, ms: Math.round(clock.monotonic() - since) });
      try {
        const checked = checkRequest(request, dependencies);
        registerSecrets(checked.payload, request);
        trace("parse", "ok");
        const parsed = clock.monotonic();
        const same = JSON.stringify([request.item, request.payload]);
        const { result, joined } = locks.run(checked.credential, same, () =>
          rotateWithRest(request, checked, same),
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

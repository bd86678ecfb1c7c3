import { randomBytes } from "node:crypto";
import { defined } from "../../common/defined.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import type { PasswordPolicyConfig } from "../password/policy.ts";
import { createAccountMemory, type EndedRotation } from "./account-memory.ts";
import { writeAnswer } from "./answer.ts";
import { type CheckedRequest, checkRequest } from "./check-request.ts";
import type { RotationDependencies } from "./dependencies.ts";
import { limitsFrom } from "./limits.ts";
import type { RotateRequest, Rotation, Strategy } from "./rotation.ts";
import { Session } from "./session.ts";
import { rotateAlternating } from "./strategies/alternating.ts";
import { rotateKeyPair } from "./strategies/key-pair.ts";
import { rotateRandom } from "./strategies/random.ts";
import { rotateDualPassword, rotateSingle } from "./strategies/single.ts";
import type { Job, RotateWithStrategy } from "./strategies/strategy.ts";
import type { TraceStep } from "./trace.ts";

const STRATEGY: Record<Strategy, RotateWithStrategy> = {
  single: rotateSingle,
  alternating: rotateAlternating,
  "dual-password": rotateDualPassword,
  "key-pair": rotateKeyPair,
  random: rotateRandom,
};

/** After these the password may have been changed, although there is no answer. */
const MAY_HAVE_CHANGED: ReadonlySet<string> = new Set(["change_unconfirmed", "verify_failed"]);

/**
 * The rotation protocol over the given keys and systems. Keeps nothing between requests that a
 * rotation depends on: any replica can take the next one.
 */
export function createRotation(dependencies: RotationDependencies): Rotation {
  const { keyring, clock, sharedLock } = dependencies;
  const { running, heldLocks, failedLogins, known, requests } = {
    ...createAccountMemory(clock),
    ...dependencies.memory,
  };

  const sessionFor = (request: RotateRequest, { target }: CheckedRequest) => {
    const limits = limitsFrom({ ...dependencies.limits, ...defined(target.failedLogins ?? {}) });
    return new Session({
      system: target.system,
      name: request.binding.system,
      limits: { ...limits, totalMs: limits.totalMs - (request.waitedMs ?? 0) },
      clock,
      failedLogins,
      known,
      log: request.log,
      onStep: request.onStep ?? (() => {}),
      onSecret: request.onSecret ?? (() => {}),
      signal: request.signal,
    });
  };

  /** Rotates, and remembers what the next call with the same payload has to know. */
  const rotateAndRemember = async (
    request: RotateRequest,
    checked: CheckedRequest,
    same: string,
  ): Promise<EndedRotation> => {
    const session = sessionFor(request, checked);
    const refused: string[] = [];
    try {
      const ended = await rotateChecked(request, checked, session, refused, same);
      requests.noteChanged(same);
      return ended;
    } catch (error) {
      const code = error instanceof KitError ? error.code : "internal";
      if (MAY_HAVE_CHANGED.has(code)) requests.noteChanged(same);
      else if (session.opened) requests.forget(same);
      else if (refused.length > 0 || session.turnedAway) requests.noteVain(same, refused);
      throw error;
    }
  };

  const rotateChecked = async (
    { binding, item }: RotateRequest,
    checked: CheckedRequest,
    session: Session,
    refused: string[],
    same: string,
  ): Promise<EndedRotation> => {
    const { payload, target, credential } = checked;
    const state = payload.fields._rotation;
    const chain = JSON.stringify([item, credential]);
    requests.noteSeen(chain, state?.gen ?? 0);
    const job: Job = {
      item: checked.item,
      payload,
      state,
      previous: checked.previous,
      policy: checked.policy,
      formerPolicies: formerPolicies(checked),
      keyring,
      session,
      mayReconcile: binding.reconcile,
      mayBootstrap: binding.bootstrap ?? false,
      checksOld: target.checksOld ?? false,
      now: clock.now(),
      standing: requests.standing(chain, state?.gen ?? 0),
      remembered: requests.recall(same),
      refused,
      fullFor: () => clock.monotonic() - requests.fullSince(same, clock.monotonic()),
      randomBytes: dependencies.randomBytes ?? randomBytes,
    };
    const rotate = () => STRATEGY[binding.strategy](job);
    const restMs = () => session.restMs([...checked.usernames, payload.fields.key_id ?? ""]);
    const rotated = await (sharedLock
      ? heldLocks.hold(sharedLock, credential, session, rotate, restMs)
      : rotate());
    requests.noteAnswered(chain, rotated.state.gen);
    const answer = {
      payload: writeAnswer(checked, rotated, keyring, clock.now()),
      outcome: rotated.outcome,
      strategy: binding.strategy,
      ...defined({ requestKey: state?.kid }),
      generation: rotated.state.gen,
    };
    return { answer, secrets: secretsOf({ ...payload.fields, ...rotated.fields }) };
  };

  return {
    check: (request) => void checkRequest(request, dependencies),
    async rotate(request) {
      const begun = clock.monotonic();
      const trace = (step: TraceStep, outcome: string, since = begun) =>
        request.onStep?.({ step, outcome, ms: Math.round(clock.monotonic() - since) });
      const tell = (secrets: readonly string[]) => {
        for (const secret of secrets) request.onSecret?.(secret);
      };
      try {
        const checked = checkRequest(request, dependencies);
        tell(secretsOf(checked.payload.fields));
        trace("parse", "ok");
        const parsed = clock.monotonic();
        const same = JSON.stringify([request.item, request.payload]);
        const { result, joined } = running.run(checked.credential, same, () =>
          rotateAndRemember(request, checked, same),
        );
        trace("lock", joined ? "joined" : "ok", parsed);
        const { answer, secrets } = await result;
        if (joined) tell(secrets);
        trace("answer", answer.outcome);
        return answer;
      } catch (error) {
        trace("answer", error instanceof KitError ? error.code : "internal");
        throw error;
      }
    },
  };
}

/** What was declared or configured before: answers of that time may have been lost. */
function formerPolicies({ payload, target }: CheckedRequest): PasswordPolicyConfig[] {
  const { policy: asked, former_policies: declared = [] } = payload.fields;
  return [...declared, ...(target.formerPolicies ?? []), ...(asked ? [asked] : [])];
}

/** The passwords in the fields of a payload. */
function secretsOf(fields: Readonly<Record<string, unknown>>): string[] {
  const { password, current_password, users } = fields;
  const inUsers = Array.isArray(users)
    ? users.map((user: { password?: unknown }) => user.password)
    : [];
  return [password, current_password, ...inUsers].filter((secret) => typeof secret === "string");
}

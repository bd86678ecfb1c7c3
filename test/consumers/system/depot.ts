import type { CreateSystem, Credential } from "akeyless-rotation-kit/rotator";

/** A system of our own: accounts that a file of ours would hold. */
export const createSystem: CreateSystem = ({ first }) => {
  const passwords = new Map([["svc-depot", String(first)]]);
  const opens = ({ username, password }: Credential) => passwords.get(username) === password;
  return {
    probe: async (credential, { signal }) => {
      if (signal.aborted) return { result: "unknown", reason: "aborted" };
      return { result: opens(credential) ? "valid" : "invalid" };
    },
    change: async (current, next, { signal }) => {
      if (signal.aborted) return { result: "ambiguous", reason: "aborted" };
      if (!opens(current)) return { result: "refused", reason: "wrong_password" };
      passwords.set(next.username, next.password);
      return { result: "changed" };
    },
  };
};

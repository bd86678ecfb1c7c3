import type { Credential, System } from "../../rotator/systems/system.ts";

/**
 * A system whose accounts are a map of passwords by user name, for tests: it takes any password and
 * knows no lock-out. The map is yours: read it, or change it as somebody with admin rights would.
 */
export function memorySystem(passwords: Map<string, string>): System {
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
}

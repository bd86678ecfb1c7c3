// A system that keeps its accounts in a file: something to rotate before you have written your own.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

export function createSystem({ file }, { directory }) {
  const path = resolve(directory, file);
  const opens = ({ username, password }) => accounts()[username] === password;
  const accounts = () => JSON.parse(readFileSync(path, "utf8"));
  return {
    probe: async (credential) => ({ result: opens(credential) ? "valid" : "invalid" }),
    change: async (current, next) => {
      if (!opens(current)) return { result: "refused", reason: "wrong_password" };
      writeFileSync(path + ".new", JSON.stringify({ ...accounts(), [next.username]: next.password }), { mode: 0o600 });
      renameSync(path + ".new", path);
      return { result: "changed" };
    },
  };
}

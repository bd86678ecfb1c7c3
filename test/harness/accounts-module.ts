/**
 * The source of a system: an application whose accounts are in accounts.json beside it, so that a
 * command in a process of its own sees them too.
 */
export const ACCOUNTS_MODULE = `import { readFileSync, writeFileSync } from "node:fs";
const file = new URL("accounts.json", import.meta.url);
const accounts = () => JSON.parse(readFileSync(file, "utf8"));
export const createSystem = () => ({
  probe: async ({ username, password }) => ({
    result: accounts()[username] === password ? "valid" : "invalid",
  }),
  change: async (current, next) => {
    writeFileSync(file, JSON.stringify({ ...accounts(), [next.username]: next.password }));
    return { result: "changed" };
  },
});
`;

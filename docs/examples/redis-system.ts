import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import * as z from "zod";
import type { CreateSystem } from "../../rotator/systems/module/load-module.ts";
import type { Change, Credential, StepContext } from "../../rotator/systems/system.ts";

const optionsSchema = z.strictObject({
  host: z.string().default("127.0.0.1"),
  port: z.int().default(6379),
  admin_username: z.string().default("default"),
  admin_password_file: z.string(),
});

/**
 * Users of Redis (ACL). Redis keeps a set of passwords for each user, so this system offers
 * `changeRetaining` too, for the strategy dual-password.
 */
export const createSystem: CreateSystem = (raw) => {
  const options = optionsSchema.parse(raw);

  /** Logs in, runs one command, leaves. Each login is a connection of its own. */
  async function ask(as: Credential, command: readonly string[] | undefined, step: StepContext) {
    const socket = connect({ host: options.host, port: options.port, signal: step.signal });
    try {
      const login = await send(socket, ["AUTH", as.username, as.password]);
      if (login[0] !== "+OK") return { login: login[0] ?? "" };
      return { login: "+OK", reply: command && (await send(socket, command)) };
    } finally {
      socket.destroy();
    }
  }

  async function admin(): Promise<Credential> {
    const password = await readFile(options.admin_password_file, "utf8");
    return { username: options.admin_username, password: password.trimEnd() };
  }

  /** What Redis has stored for a user, oldest first: SHA-256 of each password, in hex. */
  async function storedHashes(username: string, step: StepContext): Promise<string[] | undefined> {
    const { reply } = await ask(await admin(), ["ACL", "GETUSER", username], step);
    if (reply === undefined || reply.length < 2) return undefined;
    return reply.filter((line) => /^[0-9a-f]{64}$/.test(line));
  }

  async function setPasswords(
    next: Credential,
    keep: string[],
    step: StepContext,
  ): Promise<Change> {
    const hashes = [...keep, hash(next.password)].map((one) => `#${one}`);
    const command = ["ACL", "SETUSER", next.username, "resetpass", ...hashes];
    const { login, reply } = await ask(await admin(), command, step);
    if (reply?.[0] === "+OK") return save(step);
    if (login.startsWith("-WRONGPASS")) return { result: "refused", reason: "admin_refused" };
    if (reply?.[0]?.startsWith("-NOPERM")) return { result: "refused", reason: "not_permitted" };
    return { result: "ambiguous", reason: "unexpected_reply" };
  }

  /**
   * Writes the users to where Redis reads them at its next start: an ACL file, else its configuration.
   * Without either it forgets all users that were made by commands, so there is nothing to write.
   */
  async function save(step: StepContext): Promise<Change> {
    for (const command of [
      ["ACL", "SAVE"],
      ["CONFIG", "REWRITE"],
    ]) {
      const { reply } = await ask(await admin(), command, step);
      if (reply?.[0] === "+OK") return { result: "changed" };
      if (!/^-ERR .*(ACL file|config file)/.test(reply?.[0] ?? ""))
        return { result: "ambiguous", reason: "not_saved" };
    }
    return { result: "changed" };
  }

  return {
    async probe(credential, step) {
      const { login } = await ask(credential, undefined, step);
      if (login === "+OK") return { result: "valid" };
      if (login.startsWith("-WRONGPASS")) return { result: "invalid" };
      return { result: "unknown", reason: "unexpected_reply" };
    },
    async change(_current, next, step) {
      // SETUSER creates a user that is not there: look first.
      const stored = await storedHashes(next.username, step);
      if (stored === undefined) return { result: "refused", reason: "account_not_found" };
      return setPasswords(next, [], step);
    },
    async changeRetaining(current, next, step) {
      const stored = await storedHashes(next.username, step);
      // A repeated call must not end the password that is being served: the newest has to be ours.
      if (stored?.at(-1) !== hash(current.password))
        return { result: "refused", reason: "not_primary" };
      return setPasswords(next, [hash(current.password)], step);
    },
    async reconcile(next, step) {
      const stored = await storedHashes(next.username, step);
      if (stored === undefined) return { result: "refused", reason: "account_not_found" };
      return setPasswords(next, [], step);
    },
  };
};

const hash = (password: string) => createHash("sha256").update(password).digest("hex");

/** Sends one command (RESP 2) and reads the lines of its reply. */
async function send(socket: Socket, command: readonly string[]): Promise<string[]> {
  const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
  socket.write(`*${command.length}\r\n${parts.join("")}`);
  const lines: string[] = [];
  let wanted = 1;
  for await (const line of createInterface({
    input: socket,
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    lines.push(line);
    // "*3" announces three more values, "$5" one line with five bytes.
    if (/^\*\d+$/.test(line)) wanted += Number(line.slice(1));
    else if (/^\$\d+$/.test(line)) wanted += 1;
    if (lines.length >= wanted) return lines;
  }
  throw new Error("the connection ended early");
}

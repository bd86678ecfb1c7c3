import { type ChildProcess, spawn } from "node:child_process";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./free-port.ts";

/** A real RabbitMQ with its management plugin, from the Debian package rabbitmq-server. */
export interface RabbitHandle {
  readonly url: string;
  /** The broker's built-in administrator, who may log in from loopback only. */
  readonly admin: { readonly username: string; readonly password: string };
  /** Creates a user, or replaces its password and tags. */
  putUser(username: string, password: string, tags: string): Promise<void>;
  /** The tags of a user. */
  tags(username: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Debian's wrapper in /usr/sbin changes the user; this one does not. */
const SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server";
const START_LIMIT_MS = 90_000;

/**
 * Starts a broker of its own: private node name, ports, data and port mapper, so that a broker
 * that runs on the machine is not touched.
 */
export async function startRabbit(): Promise<RabbitHandle> {
  await access(SERVER).catch(() => {
    throw new Error("RabbitMQ is not installed: apt-get install rabbitmq-server, then try again.");
  });
  const directory = await mkdtemp(join(tmpdir(), "rabbitmq-"));
  const [amqp, management, mapper, distribution] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const config = join(directory, "rabbitmq.conf");
  await writeFile(
    config,
    `listeners.tcp.1 = 127.0.0.1:${amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = ${management}
management_agent.disable_metrics_collector = true
`,
  );
  await writeFile(join(directory, "enabled_plugins"), "[rabbitmq_management].\n");
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: directory,
    LANG: "C.UTF-8",
    ERL_EPMD_PORT: String(mapper),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_NODENAME: `kit-${amqp}@localhost`,
    RABBITMQ_NODE_PORT: String(amqp),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_CONFIG_FILE: config,
    RABBITMQ_CONF_ENV_FILE: join(directory, "none"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, "enabled_plugins"),
    RABBITMQ_MNESIA_BASE: join(directory, "mnesia"),
    RABBITMQ_LOG_BASE: join(directory, "log"),
    RABBITMQ_PID_FILE: join(directory, "pid"),
  };
  const portMapper = spawn("epmd", ["-port", String(mapper)], { env, stdio: "ignore" });
  const broker = spawn(SERVER, [], { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let output = "";
  broker.stdout.on("data", (chunk) => {
    output += chunk;
  });
  broker.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const url = `http://127.0.0.1:${management}`;
  const admin = { username: "guest", password: "guest" };
  const call = (method: string, path: string, body?: object) =>
    fetch(url + path, {
      method,
      headers: {
        authorization: `Basic ${btoa(`${admin.username}:${admin.password}`)}`,
        "content-type": "application/json",
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  const stop = async () => {
    await end(broker, true);
    await end(portMapper, false);
    await rm(directory, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await call("GET", "/api/overview").catch(() => undefined))?.ok) {
    if (Date.now() > deadline || broker.exitCode !== null) {
      await stop();
      throw new Error(`RabbitMQ did not start:\n${output}`);
    }
    await delay(250); // the management plugin offers no event to wait for
  }
  return {
    url,
    admin,
    async putUser(username, password, tags) {
      const path = `/api/users/${encodeURIComponent(username)}`;
      const response = await call("PUT", path, { password, tags });
      if (!response.ok) throw new Error(`putUser: ${response.status}`);
    },
    async tags(username) {
      const response = await call("GET", `/api/users/${encodeURIComponent(username)}`);
      return ((await response.json()) as { tags: unknown }).tags;
    },
    stop,
  };
}

/** Ends a child, with its whole process group where it leads one. */
async function end(child: ChildProcess, group: boolean): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  process.kill(group ? -child.pid : child.pid, "SIGTERM");
  await ended;
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { createServerCertificate } from "./certificate.ts";
import { loadProtocol } from "./messages.ts";
import type { Provider } from "./provider.ts";
import { createHandlers, type Handlers, type Request } from "./service.ts";

/** By this value go-plugin tells a start by Terraform from a start by hand. Public, no secret. */
const MAGIC_COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const PROTOCOL = "5";
/** How often the provider looks whether Terraform still lives, in milliseconds. */
const PARENT_CHECK_MS = 1_000;

/**
 * Serves a provider to the Terraform process that started this one, over a Unix socket with mutual
 * TLS, and ends this process when Terraform is done with it (or gone).
 *
 * Follows go-plugin: the address and certificate go out as one line on stdout; SIGINT is ignored,
 * because Ctrl-C reaches the whole process group and Terraform decides when a plugin ends.
 */
export async function serve<Client>(provider: Provider<Client>): Promise<void> {
  const { env } = process;
  if (env.TF_PLUGIN_MAGIC_COOKIE !== MAGIC_COOKIE) {
    process.stderr.write("This is a Terraform provider. Terraform starts it, not a person.\n");
    process.exit(1);
  }
  if (!env.PLUGIN_PROTOCOL_VERSIONS?.split(",").includes(PROTOCOL)) {
    process.stderr.write(`Terraform does not offer plugin protocol ${PROTOCOL}.\n`);
    process.exit(1);
  }
  const folder = mkdtempSync(path.join(tmpdir(), "tfp-"));
  const socket = path.join(folder, "s");
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.on("exit", removeFolder);
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => process.exit(0));
  const { ppid } = process;
  setInterval(() => process.ppid !== ppid && process.exit(0), PARENT_CHECK_MS).unref();

  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  // Terraform connects once. After that the name of the socket is of no use, and without it even
  // a killed provider leaves nothing behind.
  let connected = false;
  addServices(server, createHandlers(provider, env), () => {
    if (!connected) removeFolder();
    connected = true;
  });
  const { credentials, der } = createCredentials(env.PLUGIN_CLIENT_CERT);
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, credentials, (error) => (error ? reject(error) : resolve()));
  });
  const certificate = der.toString("base64").replace(/=+$/, "");
  process.stdout.write(`1|${PROTOCOL}|unix|${socket}|grpc|${certificate}\n`);
}

/** Mutual TLS when Terraform hands in its certificate, plain text when it was told not to. */
function createCredentials(clientCertificate: string | undefined) {
  if (!clientCertificate) {
    return { credentials: ServerCredentials.createInsecure(), der: Buffer.alloc(0) };
  }
  const { cert, key, der } = createServerCertificate();
  const pair = { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) };
  const root = Buffer.from(clientCertificate);
  return { credentials: ServerCredentials.createSsl(root, [pair], true), der };
}

function addServices(server: Server, handlers: Handlers, onCall: () => void): void {
  const protocol = loadProtocol();
  const add = (name: string, implementation: UntypedServiceImplementation) =>
    server.addService(protocol[name] as ServiceDefinition, implementation);

  add(
    "tfplugin5.Provider",
    Object.fromEntries(
      Object.entries(handlers).map(([name, handle]) => [
        name,
        (call: ServerUnaryCall<Request, object>, answer: sendUnaryData<object>) => {
          onCall();
          handle(call.request).then((response) => answer(null, response), answer);
        },
      ]),
    ),
  );
  add("plugin.GRPCController", {
    Shutdown: (_call: ServerUnaryCall<object, object>, answer: sendUnaryData<object>) => {
      answer(null, {});
      // The answer must be on its way before the process ends.
      server.tryShutdown(() => process.exit(0));
      setTimeout(() => process.exit(0), 200).unref();
    },
  });
  // Terraform keeps this stream open for output that a provider writes to stdout: there is none.
  add("plugin.GRPCStdio", { StreamStdio: (_call: ServerWritableStream<object, object>) => {} });
  add("plugin.GRPCBroker", {
    StartStream: (call: ServerDuplexStream<object, object>) => {
      call.on("data", () => {});
      call.on("end", () => call.end());
    },
  });
}

import { resolve } from "node:path";
import { readAuthorities, readKeyPair } from "../../../common/certificates.ts";
import type { HttpSystemConfig } from "./config.ts";
import type { TransportTls } from "./transport.ts";

type TlsSettings = Pick<
  HttpSystemConfig,
  "ca_file" | "client_certificate_file" | "client_key_file" | "server_name"
>;

/** Reads the files of a system's TLS. @throws KitError `certificates_invalid` */
export function tlsReader(config: TlsSettings, directory: string): () => TransportTls {
  const { ca_file: ca, client_certificate_file: certFile, client_key_file: keyFile } = config;
  const path = (file: string) => resolve(directory, file);
  return () => ({
    ...(ca !== undefined && { ca: readAuthorities(path(ca)) }),
    ...(certFile && keyFile && clientPair(path(certFile), path(keyFile))),
    ...(config.server_name !== undefined && { servername: config.server_name }),
  });
}

function clientPair(certFile: string, keyFile: string): { cert: string; key: string } {
  const { cert, key } = readKeyPair(certFile, keyFile);
  return { cert, key };
}

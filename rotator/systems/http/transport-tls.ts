import { resolve } from "node:path";
import { readAuthorities, readKeyPair } from "../../../common/certificates.ts";
import { defined } from "../../../common/defined.ts";
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
    ...defined({
      ca: ca === undefined ? undefined : readAuthorities(path(ca)),
      servername: config.server_name,
    }),
    ...(certFile && keyFile && clientPair(path(certFile), path(keyFile))),
  });
}

function clientPair(certFile: string, keyFile: string): { cert: string; key: string } {
  const { cert, key } = readKeyPair(certFile, keyFile);
  return { cert, key };
}

import { isIP } from "node:net";
import { connect, rootCertificates } from "node:tls";
import { readAuthorities } from "../../common/certificates.ts";
import { GATEWAY_ADDRESSES, gatewayAddressProblem } from "../../common/gateway-address.ts";
import { hostOf, isLoopback } from "../../common/host.ts";
import { exchange } from "../../common/http-client.ts";
import { createAgent, proxyFor } from "../../common/proxy.ts";
import { connectionFrom } from "../gateway/connection.ts";
import { type Check, type DoctorSetup, good, problem, unknown } from "./check.ts";
import { expiry } from "./expiry.ts";
import { clientOf } from "./items.ts";

/** How far two clocks may be apart before tokens are refused, in milliseconds. */
const CLOCK_LIMIT_MS = 60_000;

/** Whether the gateway is the right one, and lets this machine in. */
export const GATEWAY_CHECKS: readonly Check[] = [
  { name: "gateway_address", look: address },
  { name: "proxy", look: proxy },
  { name: "gateway_certificate", look: certificate },
  { name: "clock", look: clock },
  { name: "login", look: login },
];

const urlOf = ({ environment }: DoctorSetup) => new URL(connectionFrom(environment).address);

function address(setup: DoctorSetup) {
  const url = urlOf(setup);
  const wrong = gatewayAddressProblem(url);
  return wrong === undefined
    ? good(`AKEYLESS_GATEWAY is ${url}`)
    : problem(`AKEYLESS_GATEWAY ${wrong}`, `set it to an address such as ${GATEWAY_ADDRESSES}`);
}

function proxy(setup: DoctorSetup) {
  const url = urlOf(setup);
  const through = proxyFor(url, setup.environment);
  if (through === undefined) return good("the gateway is reached without a proxy");
  return isPrivate(url.hostname)
    ? problem(
        `requests to ${url.hostname} go through the proxy ${through.host}`,
        `add it to NO_PROXY: export NO_PROXY="$NO_PROXY,${url.hostname}"`,
      )
    : good(`the gateway is reached through the proxy ${through.host}`);
}

/** Names and addresses that only an internal network knows. */
const isPrivate = (host: string) =>
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host) ||
  /\.(internal|local|svc)$/.test(host) ||
  /^\[(::1\]|f[cd]|fe80:)/.test(host) ||
  !/[.:]/.test(host);

/** The authorities that Node trusts at the start of a command: its own, and a file of yours. */
function authorities({ environment: { NODE_EXTRA_CA_CERTS: file }, clock: { now } }: DoctorSetup) {
  return file ? [...rootCertificates, readAuthorities(file, now())] : undefined;
}

async function certificate(setup: DoctorSetup) {
  const url = urlOf(setup);
  if (url.protocol !== "https:")
    return isLoopback(url.hostname)
      ? good("plain HTTP on this machine")
      : problem("the address is http: credentials travel unencrypted", "use https");
  if (proxyFor(url, setup.environment))
    return unknown("a proxy is between, so it was not looked at");
  const host = hostOf(url);
  const seen = await handshake(host, Number(url.port || 443), setup);
  if (seen === undefined)
    return problem(
      `no TLS connection to ${url.host}`,
      "check host, port and firewall, and that the port speaks HTTPS",
    );
  const { reason, expiresAt } = seen;
  if (reason === "CERT_HAS_EXPIRED")
    return problem(`the certificate of ${url.host} has expired`, "renew it at the gateway");
  if (reason === "ERR_TLS_CERT_ALTNAME_INVALID")
    return problem(
      `the certificate of ${url.host} has another name`,
      "use the name that the certificate has, or issue one with this name",
    );
  if (reason !== undefined)
    return problem(
      `the certificate of ${url.host} is not trusted (${reason})`,
      "export NODE_EXTRA_CA_CERTS=ca.pem, the certificate of the authority that issued it",
    );
  return expiry(`the certificate of ${url.host}`, expiresAt, setup.clock.now());
}

interface Seen {
  /** Why it is not trusted, as Node names it. */
  readonly reason?: string;
  readonly expiresAt: number;
}

/** Looks at a server's certificate. Nothing is sent, so one that is not trusted does no harm. */
function handshake(host: string, port: number, setup: DoctorSetup): Promise<Seen | undefined> {
  const ca = authorities(setup);
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca && { ca }),
    });
    const end = (seen?: Seen) => {
      socket.destroy();
      resolve(seen);
    };
    setup.signal.addEventListener("abort", () => end());
    socket.once("error", () => end());
    socket.once("secureConnect", () => {
      const { authorizationError: error } = socket;
      const reason =
        error instanceof Error && "code" in error ? String(error.code) : error && String(error);
      const expiresAt = Date.parse(socket.getPeerCertificate().valid_to);
      end({ expiresAt, ...(reason && { reason }) });
    });
  });
}

async function clock(setup: DoctorSetup) {
  const url = urlOf(setup);
  const ca = authorities(setup);
  const agent = createAgent(url, {}, proxyFor(url, setup.environment));
  let date: string | undefined;
  try {
    const { signal } = setup;
    const request = { method: "GET", headers: {}, agent, signal, maxBytes: 1_048_576 };
    ({ date } = (await exchange(url, { ...request, ...(ca && { tls: { ca } }) })).headers);
  } catch {
    return unknown("the gateway could not be asked for its time");
  } finally {
    agent.destroy();
  }
  if (date === undefined) return unknown("the gateway does not tell its time");
  const apart = Math.abs(setup.clock.now() - Date.parse(date));
  const seconds = Math.round(apart / 1_000);
  return apart <= CLOCK_LIMIT_MS
    ? good(`this machine's clock and the gateway's are ${seconds} s apart`)
    : problem(
        `this machine's clock and the gateway's are ${seconds} s apart`,
        "set the clock that is wrong: timedatectl set-ntp true",
      );
}

async function login(setup: DoctorSetup) {
  await clientOf(setup).listRotatedSecrets("/");
  return good("this identity may log in and list items");
}

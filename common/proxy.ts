import { type AgentOptions, Agent as PlainAgent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { HttpsProxyAgent } from "https-proxy-agent";
import type { EnvironmentVariables } from "./environment-variables.ts";
import { isLoopback } from "./host.ts";
import { toUrl } from "./url.ts";

/**
 * The proxy that leads to a URL: the configured one, else that of the environment (`HTTPS_PROXY` or
 * `HTTP_PROXY`, unless `NO_PROXY` names the host; small letters count too). Never for this machine.
 *
 * @param configured URL of a proxy, or `none` for no proxy whatever the environment says
 * @returns undefined for a direct connection, also where the variable holds no URL
 */
export function proxyFor(
  url: URL,
  environment: EnvironmentVariables,
  configured?: string,
): URL | undefined {
  if (configured === "none") return undefined;
  if (configured !== undefined) return new URL(configured);
  const variable = (name: string) => environment[name.toLowerCase()] || environment[name] || "";
  const text = variable(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  const proxy = text.includes("://") || text === "" ? text : `http://${text}`;
  return goesDirectly(url, variable("NO_PROXY")) ? undefined : toUrl(proxy);
}

/** Whether a list as in NO_PROXY has the host: by name, by domain (`.corp` and `*.corp` too), or `*`. */
function goesDirectly({ hostname, port, protocol }: URL, list: string): boolean {
  if (isLoopback(hostname)) return true;
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  return list.split(/[\s,]+/).some((entry) => {
    const [, name = "", onPort = ownPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    if (entry === "*") return true;
    if (name === "" || onPort !== ownPort) return false;
    return hostname === name.toLowerCase() || hostname.endsWith(`.${name.toLowerCase()}`);
  });
}

/** An agent for connections to a URL, through the proxy where there is one. */
export function createAgent(url: URL, options: AgentOptions, proxy?: URL): PlainAgent {
  if (proxy !== undefined) return new HttpsProxyAgent(proxy, options);
  return new (url.protocol === "https:" ? TlsAgent : PlainAgent)(options);
}

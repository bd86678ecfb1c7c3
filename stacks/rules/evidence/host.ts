import { isIP } from "node:net";
import { isForbiddenAddress, isLoopback } from "../../../common/host.ts";
import { toUrl } from "../../../common/url.ts";

/** What a host is, as far as its spelling tells; nothing is looked up. */
export interface Host {
  /** Canonical: lower case, no trailing dot, addresses in their usual notation, no port. */
  readonly name: string;
  /** This machine itself. */
  readonly loopback: boolean;
  /** Written as an address instead of a name. */
  readonly address: boolean;
  /** Link-local, unspecified, or a cloud's metadata service: never the host of a rotator. */
  readonly forbidden: boolean;
}

const METADATA = /^(metadata|instance-data)(\..+)?$/;
/** Public DNS zones that answer with whatever address is in the name. */
const ADDRESS_IN_NAME = /(^|\.)(nip|sslip|xip)\.io$|(^|\.)(localtest\.me|lvh\.me)$/;

/** Reads `host`, `host:port` or `[v6]:port`; undefined where that is not a host. */
export function parseHost(written: string): Host | undefined {
  const bare = isIP(written) === 6 ? `[${written}]` : written;
  const url = /[\s/\\?#@*%]/.test(bare) ? undefined : toUrl(`https://${bare}`);
  return url && describeHost(url.hostname);
}

/** Describes the host name of a parsed URL, which has the canonical notation already. */
export function describeHost(hostname: string): Host {
  const name = hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  const address = isIP(name) !== 0;
  return {
    name,
    address,
    loopback: isLoopback(name) || name.endsWith(".localhost"),
    forbidden: address
      ? isForbiddenAddress(name)
      : METADATA.test(name) || ADDRESS_IN_NAME.test(name),
  };
}

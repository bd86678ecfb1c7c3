import { BlockList, isIP } from "node:net";

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

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

const forbidden = new BlockList();
forbidden.addSubnet("169.254.0.0", 16, "ipv4");
forbidden.addSubnet("0.0.0.0", 8, "ipv4");
forbidden.addSubnet("fe80::", 10, "ipv6");
forbidden.addAddress("::", "ipv6");
// Metadata services outside the link-local ranges: Azure, Alibaba Cloud, Oracle Cloud, AWS.
for (const address of ["168.63.129.16", "100.100.100.200", "192.0.0.192"]) {
  forbidden.addAddress(address, "ipv4");
}
forbidden.addSubnet("fd00:ec2::", 32, "ipv6");

const METADATA = /^(metadata|instance-data)(\..+)?$/;
/** Public DNS zones that answer with whatever address is in the name. */
const ADDRESS_IN_NAME = /(^|\.)(nip|sslip|xip)\.io$|(^|\.)(localtest\.me|lvh\.me)$/;

/** Reads `host`, `host:port` or `[v6]:port`; undefined where that is not a host. */
export function parseHost(written: string): Host | undefined {
  const bare = isIP(written) === 6 ? `[${written}]` : written;
  if (/[\s/\\?#@*%]/.test(bare) || !URL.canParse(`https://${bare}`)) return undefined;
  return describeHost(new URL(`https://${bare}`).hostname);
}

/** Describes the host name of a parsed URL, which has the canonical notation already. */
export function describeHost(hostname: string): Host {
  const name = hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  const version = isIP(name);
  const family = version === 6 ? "ipv6" : "ipv4";
  return {
    name,
    address: version !== 0,
    loopback: version === 0 ? /(^|\.)localhost$/.test(name) : loopback.check(name, family),
    forbidden:
      version === 0
        ? METADATA.test(name) || ADDRESS_IN_NAME.test(name)
        : forbidden.check(name, family),
  };
}

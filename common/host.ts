import { BlockList, isIP } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/**
 * Addresses that no account store has: link-local (cloud metadata lives there), "this host",
 * multicast, and the metadata addresses of clouds that put them elsewhere. Private ranges are
 * where on-premises systems live, so they are allowed.
 */
const forbidden = new BlockList();
forbidden.addSubnet("0.0.0.0", 8, "ipv4");
forbidden.addSubnet("169.254.0.0", 16, "ipv4");
forbidden.addSubnet("224.0.0.0", 3, "ipv4");
forbidden.addAddress("::", "ipv6");
forbidden.addSubnet("fe80::", 10, "ipv6");
forbidden.addSubnet("ff00::", 8, "ipv6");
// Metadata services outside the link-local ranges: Alibaba Cloud, Azure, Oracle Cloud, AWS, Google.
for (const address of ["100.100.100.200", "168.63.129.16", "192.0.0.192"]) {
  forbidden.addAddress(address, "ipv4");
}
forbidden.addSubnet("fd00:ec2::", 32, "ipv6");
forbidden.addAddress("fd20:ce::254", "ipv6");
// The same IPv4 addresses reached through NAT64 and 6to4; a NAT64 prefix of one's own may hold any.
forbidden.addSubnet("64:ff9b:1::", 48, "ipv6");
forbidden.addSubnet("64:ff9b::a9fe:0", 112, "ipv6");
forbidden.addSubnet("2002:a9fe::", 32, "ipv6");
for (const hex of ["6464:64c8", "a83f:8110", "c000:c0"]) {
  forbidden.addAddress(`64:ff9b::${hex}`, "ipv6");
  forbidden.addSubnet(`2002:${hex}::`, 48, "ipv6");
}

/** The family of an address, as `BlockList` calls it. */
export const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** Host of a URL as sockets take it: an IPv6 address without its brackets. */
export const hostOf = ({ hostname }: URL): string => withoutBrackets(hostname);

const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, "");

/** Whether a host, with or without brackets, is this machine by its very name or address. */
export function isLoopback(host: string): boolean {
  const name = withoutBrackets(host);
  return name === "localhost" || (isIP(name) !== 0 && loopback.check(name, familyOf(name)));
}

/** Whether a host is this machine, or a name that only resolves inside a Kubernetes cluster. */
export const isLocalOrInCluster = (host: string): boolean =>
  isLoopback(host) || /\.svc(\.cluster\.local)?$/.test(host);

/** Whether an address is one that a rotator neither has nor may connect to; false for names. */
export const isForbiddenAddress = (address: string): boolean =>
  isIP(address) !== 0 && forbidden.check(address, familyOf(address));

import { lookup as resolveName } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Raised before a connection to an address that the rotator must not talk to. */
export class AddressDeniedError extends Error {
  readonly code = "ADDRESS_DENIED";
}

/**
 * Addresses that no account store has: link-local (cloud metadata lives there), "this host",
 * multicast, and the metadata addresses of clouds that put them elsewhere. Private ranges are
 * where on-premises systems live, so they are allowed.
 */
const NEVER = new BlockList();
NEVER.addSubnet("0.0.0.0", 8, "ipv4");
NEVER.addSubnet("169.254.0.0", 16, "ipv4");
NEVER.addSubnet("224.0.0.0", 3, "ipv4");
NEVER.addAddress("100.100.100.200", "ipv4");
NEVER.addAddress("168.63.129.16", "ipv4");
NEVER.addAddress("192.0.0.192", "ipv4");
NEVER.addAddress("::", "ipv6");
NEVER.addSubnet("fe80::", 10, "ipv6");
NEVER.addSubnet("ff00::", 8, "ipv6");
NEVER.addSubnet("fd00:ec2::", 32, "ipv6");
NEVER.addAddress("fd20:ce::254", "ipv6");
// The same IPv4 addresses reached through NAT64 and 6to4; a NAT64 prefix of one's own may hold any.
NEVER.addSubnet("64:ff9b:1::", 48, "ipv6");
NEVER.addSubnet("64:ff9b::a9fe:0", 112, "ipv6");
NEVER.addSubnet("2002:a9fe::", 32, "ipv6");
for (const hex of ["6464:64c8", "a83f:8110", "c000:c0"]) {
  NEVER.addAddress(`64:ff9b::${hex}`, "ipv6");
  NEVER.addSubnet(`2002:${hex}::`, 48, "ipv6");
}

const family = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** The networks a system may live in; none given means everywhere but the addresses denied always. */
export function allowList(networks: readonly string[]): BlockList | undefined {
  if (networks.length === 0) return undefined;
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    list.addSubnet(address, Number(bits ?? (isIP(address) === 6 ? 128 : 32)), family(address));
  }
  return list;
}

/** Whether the rotator may connect to an address. */
export function isAllowed(address: string, allowed: BlockList | undefined): boolean {
  if (isIP(address) === 0 || NEVER.check(address, family(address))) return false;
  return allowed === undefined || allowed.check(address, family(address));
}

/**
 * Name resolution for sockets that checks the very addresses that get connected to, on every
 * connection, so that a name which is re-bound later cannot lead elsewhere.
 */
export function guardedLookup(allowed: BlockList | undefined): LookupFunction {
  return (hostname, options, callback) => {
    resolveName(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, "");
      const good = addresses.filter(({ address }) => isAllowed(address, allowed));
      const [first] = good;
      if (first === undefined || good.length < addresses.length) {
        return callback(new AddressDeniedError(`${hostname} resolves to a denied address`), "");
      }
      if (options.all) return callback(null, good);
      return callback(null, first.address, first.family);
    });
  };
}

/** Host of a URL as sockets take it: an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

/** Whether a host is this machine by its very name. */
export function isLoopback(host: string): boolean {
  return /^(localhost|\[?::1\]?|127(\.\d{1,3}){3})$/.test(host);
}

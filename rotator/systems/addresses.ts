import { lookup as resolveName } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { familyOf, isForbiddenAddress } from "../../common/host.ts";

/** Raised before a connection to an address that the rotator must not talk to. */
export class AddressDeniedError extends Error {
  readonly code = "ADDRESS_DENIED";
}

/** The networks a system may live in; none given means everywhere but the addresses denied always. */
export function allowList(networks: readonly string[]): BlockList | undefined {
  if (networks.length === 0) return undefined;
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    list.addSubnet(address, Number(bits ?? (isIP(address) === 6 ? 128 : 32)), familyOf(address));
  }
  return list;
}

/** Whether the rotator may connect to an address. */
export function isAllowed(address: string, allowed: BlockList | undefined): boolean {
  if (isIP(address) === 0 || isForbiddenAddress(address)) return false;
  return allowed === undefined || allowed.check(address, familyOf(address));
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

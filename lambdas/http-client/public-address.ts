import ipaddr from 'ipaddr.js';
import { type IpAddress, type IpRange, ipAddressOf, ipRangeOf, isInRange } from '../values/ip-address.ts';

/**
 * Which addresses a target may have. Strangers write targets, and dispatch runs inside an account: it must not post to the
 * account's own network, to the machine itself or to its metadata service.
 */

/** https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast. */
const SPECIAL_IPV4 = rangesOf({
  '0.0.0.0/8': 'this network',
  '10.0.0.0/8': 'private',
  '100.64.0.0/10': 'shared address space',
  '127.0.0.0/8': 'loopback',
  '169.254.0.0/16': 'link-local',
  '172.16.0.0/12': 'private',
  '192.0.0.0/24': 'IETF protocol assignments',
  '192.0.2.0/24': 'documentation',
  '192.31.196.0/24': 'AS112',
  '192.52.193.0/24': 'AMT',
  '192.88.99.0/24': '6to4 relay',
  '192.168.0.0/16': 'private',
  '192.175.48.0/24': 'AS112',
  '198.18.0.0/15': 'benchmarking',
  '198.51.100.0/24': 'documentation',
  '203.0.113.0/24': 'documentation',
  '224.0.0.0/4': 'multicast',
  '240.0.0.0/4': 'reserved',
});

/**
 * https://www.iana.org/assignments/iana-ipv6-special-registry, those inside of what is given out to the public at
 * all. Prefixes with an IPv4 address in them stand here as well: relays send to that address on their own.
 */
const SPECIAL_IPV6 = rangesOf({
  '2001::/23': 'IETF protocol assignments',
  '2001:db8::/32': 'documentation',
  '2002::/16': '6to4',
  '2620:4f:8000::/48': 'AS112',
  '3fff::/20': 'documentation',
});

/** https://www.iana.org/assignments/ipv6-address-space: all other addresses are reserved, local or multicast. */
const GLOBAL_UNICAST = ipRangeOf('2000::/3')!;

/** Prefixes before an IPv4 address that is the one connected to, by the machine itself or by a NAT64 of the network. */
const OF_IPV4 = rangesOf({
  '::ffff:0:0/96': 'IPv4-mapped',
  '64:ff9b::/96': 'NAT64',
});

/**
 * What an address is, if it is not one of the public internet.
 * @param text IPv4 in four decimal parts, or IPv6 without brackets, as resolvers and sockets give it
 * @returns undefined when it may be connected to
 */
export function specialPurposeOf(text: string): string | undefined {
  const address = ipAddressOf(text);
  if (!address) return 'no address';
  if (address.kind() === 'ipv4') return nameOf(address, SPECIAL_IPV4);
  const prefix = nameOf(address, OF_IPV4);
  if (prefix) {
    const special = nameOf(new ipaddr.IPv4(address.toByteArray().slice(12)), SPECIAL_IPV4);
    return special && `${prefix} ${special}`;
  }
  return isInRange(address, GLOBAL_UNICAST) ? nameOf(address, SPECIAL_IPV6) : 'not global unicast';
}

/** The same of a URL's host, IPv6 in brackets; undefined of a name, which may lead anywhere. */
export function specialPurposeOfHost(host: string): string | undefined {
  const text = host.replace(/^\[(.*)\]$/, '$1');
  return text.includes(':') || /^[\d.]+$/.test(text) ? specialPurposeOf(text) : undefined;
}

type Named = readonly (readonly [IpRange, string])[];

const nameOf = (address: IpAddress, ranges: Named): string | undefined =>
  ranges.find(([range]) => isInRange(address, range))?.[1];

function rangesOf(names: Readonly<Record<string, string>>): Named {
  return Object.entries(names).map(([range, name]) => [ipRangeOf(range)!, name]);
}

import ipaddr from 'ipaddr.js';

/**
 * Which addresses a target may have. Targets are written by strangers, and dispatch runs inside an account: an address
 * of that account's own network, of the machine itself or of its metadata service must not be posted to.
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
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Prefixes before an IPv4 address that is the one connected to, by the machine itself or by a NAT64 of the network. */
const OF_IPV4 = rangesOf({
  '::ffff:0:0/96': 'IPv4-mapped',
  '64:ff9b::/96': 'NAT64',
});

/**
 * What an address is, if it is not one of the public internet.
 * @param address IPv4 in four decimal parts, or IPv6 without brackets, as resolvers and sockets give it
 * @returns undefined when it may be connected to
 */
export function specialPurposeOf(address: string): string | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ofIpv4(ipaddr.IPv4.parse(address));
  if (!ipaddr.IPv6.isValid(address)) return 'no address';
  const parsed = ipaddr.IPv6.parse(address);
  const prefix = rangeOf(parsed, OF_IPV4);
  if (prefix) {
    const special = ofIpv4(new ipaddr.IPv4(parsed.toByteArray().slice(12)));
    return special && `${prefix} ${special}`;
  }
  if (!parsed.match(GLOBAL_UNICAST)) return 'not global unicast';
  return rangeOf(parsed, SPECIAL_IPV6);
}

const ofIpv4 = (address: ipaddr.IPv4): string | undefined => rangeOf(address, SPECIAL_IPV4);

interface Range {
  readonly cidr: [ipaddr.IPv4 | ipaddr.IPv6, number];
  readonly name: string;
}

const rangeOf = (address: ipaddr.IPv4 | ipaddr.IPv6, ranges: readonly Range[]): string | undefined =>
  ranges.find(({ cidr: [network, bits] }) => address.match(network, bits))?.name;

function rangesOf(names: Readonly<Record<string, string>>): readonly Range[] {
  return Object.entries(names).map(([cidr, name]) => ({ cidr: ipaddr.parseCIDR(cidr), name }));
}

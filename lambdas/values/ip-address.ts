import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** Addresses that share their first bits with a network's. */
export interface IpRange {
  readonly network: IpAddress;
  readonly bits: number;
}

/** The library tells that a text is no address by throwing, which takes fifty times as long as reading one. */
const LIKE_IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const LIKE_IPV6 = /^(?=.{2,64}$)[0-9a-f]*:[0-9a-f:.]*(?:%\w+)?$/i;

/**
 * Reads an address; undefined when it is none. IPv4 in four decimal parts only: what else is read as an address (127.1,
 * 0x7f000001, 010.0.0.1) differs from reader to reader.
 */
export function ipAddressOf(text: string): IpAddress | undefined {
  if (LIKE_IPV4.test(text)) {
    return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text) : undefined;
  }
  return LIKE_IPV6.test(text) && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined;
}

/** Reads `10.0.0.0/24` or `2001:db8::/32`; undefined when it is neither. Bits behind the range's do not count. */
export function ipRangeOf(text: string): IpRange | undefined {
  const [, address, bits] = /^([^/%]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const network = address === undefined ? undefined : ipAddressOf(address);
  return network && Number(bits) <= network.toByteArray().length * 8
    ? { network, bits: Number(bits) }
    : undefined;
}

/** The IPv4 address that an IPv6 address stands for (`::ffff:10.1.2.3`; RFC 4291, 2.5.5.2); any other as it is. */
export const unmapped = (address: IpAddress): IpAddress =>
  address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;

const MAPPED_BITS = 96;

/** The range of IPv4 that a range of such addresses stands for; any other as it is. */
export const unmappedRange = (range: IpRange): IpRange =>
  range.bits >= MAPPED_BITS && range.network.kind() === 'ipv6' && unmapped(range.network).kind() === 'ipv4'
    ? { network: unmapped(range.network), bits: range.bits - MAPPED_BITS }
    : range;

/** An IPv4 address is in no range of IPv6, and the other way round. */
export const isInRange = (address: IpAddress, { network, bits }: IpRange): boolean =>
  address.kind() === network.kind() && address.match(network, bits);

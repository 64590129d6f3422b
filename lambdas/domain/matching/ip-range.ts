import { isIP } from 'node:net';

/** Ranges of internet addresses, in the notation of RFC 4632 (CIDR) for IPv4 and of RFC 4291 for IPv6. */
export interface IpRange {
  readonly network: Address;
  /** Leading bits that an address must share. */
  readonly bits: number;
}

/** An address in groups of 16 bits: two of IPv4, eight of IPv6. */
type Address = readonly number[];

const BITS_PER_GROUP = 16;
/** 2001:0db8:0000:0000:0000:ffff:192.168.100.100, and a zone. */
const MAX_LENGTH = 64;

/** Reads `10.0.0.0/24` or `2001:db8::/32`; undefined when it is neither. Bits behind the range's do not count. */
export function ipRangeOf(text: string): IpRange | undefined {
  const [address, bits, ...more] = text.split('/');
  if (more.length > 0 || bits === undefined || !/^(?:0|[1-9]\d{0,2})$/.test(bits)) return undefined;
  // A zone is a cable or a radio of one machine, and no network.
  const network = address!.includes('%') ? undefined : addressOf(address!);
  return network && Number(bits) <= network.length * BITS_PER_GROUP
    ? { network, bits: Number(bits) }
    : undefined;
}

/** Whether a text is an address in the range. An IPv4 address is in no range of IPv6, and the other way round. */
export function isInRange(text: string, { network, bits }: IpRange): boolean {
  const address = addressOf(text);
  if (address?.length !== network.length) return false;
  return network.every((group, i) => {
    const free = BITS_PER_GROUP - Math.min(Math.max(bits - i * BITS_PER_GROUP, 0), BITS_PER_GROUP);
    return group >> free === address[i]! >> free;
  });
}

/**
 * IPv4 in four decimal parts only: what else is read as an address (127.1, 0x7f000001, 010.0.0.1) differs from reader to
 * reader. The `ipaddr.js` of target URLs takes a hundred times as long to say that a text is no address.
 */
function addressOf(text: string): Address | undefined {
  const version = text.length <= MAX_LENGTH ? isIP(text) : 0;
  if (version === 0) return undefined;
  return version === 4 ? ipv4(text) : ipv6(text);
}

function ipv4(text: string): Address {
  const [a, b, c, d] = text.split('.').map(Number) as [number, number, number, number];
  return [a * 256 + b, c * 256 + d];
}

function ipv6(text: string): Address {
  const [plain] = text.split('%') as [string];
  const [head, tail] = plain.split('::') as [string, string?];
  const [first, last] = [groupsOf(head), groupsOf(tail ?? '')];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}

const groupsOf = (text: string): number[] =>
  text === ''
    ? []
    : text.split(':').flatMap((group) => (group.includes('.') ? ipv4(group) : Number.parseInt(group, 16)));

import { type PortRange, portOf, portProblem } from './ports.ts';
import { specialPurposeOfHost } from './public-address.ts';

/** What an environment allows. */
export interface Allowed {
  /** Plain http. */
  readonly http: boolean;
  /** Addresses that are not of the public internet. */
  readonly privateAddresses: boolean;
  readonly ports: readonly PortRange[];
  /**
   * Roles in consumers' accounts that Posthorn may assume, as ARNs in which `*` stands for any text. Left out where there are
   * no targets on AWS.
   */
  readonly awsRoles?: readonly string[] | undefined;
}

/**
 * What is wrong with the address of an endpoint, or undefined when it can be used. What a name leads to is not known
 * here, and may change: that is checked when it is connected to.
 *
 * The URL standard mends much of what is written wrong, each reader in its own way (`http:127.0.0.1/y`, `https:\\a`,
 * blanks). What could be read in two ways is refused; how a host is spelt (case, IDN, numbers) is not, since there is one
 * way to read it.
 */
export function targetUrlProblem(text: string, allowed: Allowed): string | undefined {
  const expected = allowed.http ? 'an http or https URL' : 'an https URL';
  if (text.length > 2048) return 'expected at most 2048 characters';
  if (/[\s\\\p{Cc}]/u.test(text)) return 'expected no blanks, control characters or backslashes';
  if (!text.isWellFormed()) return 'expected whole characters, got half of one';
  const url = URL.parse(text);
  if (!url) return `expected ${expected}`;
  if (url.protocol !== 'https:' && !(allowed.http && url.protocol === 'http:')) {
    return `expected ${expected}, got ${url.protocol}//`;
  }
  const [, authority] = /^https?:\/\/([^/?#]+)/i.exec(text) ?? [];
  if (authority === undefined) return `expected ${url.protocol}// and a host`;
  if (authority.includes('@')) return 'expected a URL without user name and password';
  if (text.includes('#')) return 'expected a URL without a fragment (#…)';
  return (
    nameProblem(url.hostname) ??
    portProblem(portOf(url), allowed.ports) ??
    (allowed.privateAddresses ? undefined : addressProblem(url.hostname))
  );
}

/** The longest name that DNS has, without a dot at its end (RFC 1035, 2.3.4). */
const MAX_NAME = 253;
const LABEL = /^[a-z0-9_-]{1,63}$/;

/** @param host as the URL standard writes it: an IPv4 address in four decimal parts, IPv6 in brackets, names in ASCII */
function nameProblem(host: string): string | undefined {
  if (host.startsWith('[')) return undefined;
  const name = host.replace(/\.$/, '');
  const isName = name.length <= MAX_NAME && name.split('.').every((label) => LABEL.test(label));
  return isName ? undefined : 'expected a host name of letters, digits and - between dots';
}

function addressProblem(host: string): string | undefined {
  if (/^(.*\.)?localhost\.?$/.test(host)) return 'expected a public host, got this machine';
  const special = specialPurposeOfHost(host);
  return special && `expected a public address: ${host} is ${special}`;
}

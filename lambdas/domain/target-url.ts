import { specialPurposeOfHost } from './public-address.ts';

/** What only environments for development allow. */
export interface Allowed {
  /** Plain http. */
  readonly http: boolean;
  /** Addresses that are not of the public internet. */
  readonly privateAddresses: boolean;
}

/**
 * What is wrong with the address of an endpoint, or undefined when it can be used. What a name leads to is not known
 * here, and may change: that is checked when it is connected to.
 */
export function targetUrlProblem(text: string, allowed: Allowed): string | undefined {
  const allowHttp = allowed.http;
  const expected = allowHttp ? 'an http or https URL' : 'an https URL';
  if (text.length > 2048) return 'expected at most 2048 characters';
  if (/[\s\\\p{Cc}]/u.test(text)) return 'expected no blanks, control characters or backslashes';
  const url = URL.parse(text);
  if (!url) return `expected ${expected}`;
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) {
    return `expected ${expected}, got ${url.protocol}//`;
  }
  if (url.username || url.password) return 'expected a URL without user name and password';
  if (url.hash) return 'expected a URL without a fragment (#…)';
  return allowed.privateAddresses ? undefined : hostProblem(url.hostname);
}

/** @param host as the URL standard writes it: an IPv4 address in four decimal parts, IPv6 in brackets */
function hostProblem(host: string): string | undefined {
  if (/^(.*\.)?localhost\.?$/.test(host)) return 'expected a public host, got this machine';
  const special = specialPurposeOfHost(host);
  return special && `expected a public address: ${host} is ${special}`;
}

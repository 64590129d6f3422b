import { type LookupAddress, lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { specialPurposeOf, specialPurposeOfHost } from '../domain/public-address.ts';

/** A name or address leads to where no target may be. Nothing has been sent. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  readonly code = 'FORBIDDEN_ADDRESS';
}

/**
 * Connects to addresses of the public internet only. A name is resolved once, all that it resolves to is checked, and
 * it is what was checked that is connected to: a second answer, which might differ, is never asked for.
 */
export function guardedConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector({ ...options, lookup: guardedLookup(resolve as LookupFunction) });
  return (target, callback) => {
    // Sockets look up names only.
    const special = specialPurposeOfHost(target.hostname);
    if (special) callback(forbidden(`${target.hostname} is ${special}`), null);
    else connect(target, callback);
  };
}

/** A lookup that fails when any of the addresses is forbidden: which of them would be taken is chance. */
export const guardedLookup =
  (lookup: LookupFunction): LookupFunction =>
  (name, options, callback) =>
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = found as LookupAddress[];
      const problem = addresses.map(({ address }) => problemOf(name, address)).find(Boolean);
      if (problem) return callback(problem, []);
      const [first] = addresses;
      return options.all || !first ? callback(null, addresses) : callback(null, first.address, first.family);
    });

function problemOf(name: string, address: string): ForbiddenAddressError | undefined {
  const special = specialPurposeOf(address);
  return special === undefined ? undefined : forbidden(`${name} is ${address}, ${special}`);
}

const forbidden = (found: string): ForbiddenAddressError =>
  new ForbiddenAddressError(`expected a public address: ${found}`);

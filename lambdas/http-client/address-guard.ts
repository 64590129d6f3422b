import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { type PortRange, portProblem } from './ports.ts';
import { specialPurposeOf, specialPurposeOfHost } from './public-address.ts';

/** A name, address or port leads to where no target may be. Nothing has been sent. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  readonly code = 'FORBIDDEN_ADDRESS';
}

/** Why an address must not be connected to; undefined of one of the public internet, and of a name. */
export function addressProblem(host: string): ForbiddenAddressError | undefined {
  const special = specialPurposeOfHost(host);
  return special === undefined ? undefined : forbidden(`${host} is ${special}`);
}

/** Why a port must not be connected to, if so. */
export function forbiddenPort(port: number, ports: readonly PortRange[]): ForbiddenAddressError | undefined {
  const problem = portProblem(port, ports);
  return problem === undefined ? undefined : new ForbiddenAddressError(problem);
}

/**
 * A lookup that fails when any of a name's addresses is forbidden, since it is chance which one is taken. A name is
 * resolved once, and the connection goes to the addresses that were checked. A second lookup could answer differently.
 */
export function guardedLookup(lookup: LookupFunction): LookupFunction {
  return (name, options, callback) =>
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = found as LookupAddress[];
      const problem = addresses.map(({ address }) => problemOf(name, address)).find(Boolean);
      if (problem) return callback(problem, []);
      const [first] = addresses;
      return options.all || !first ? callback(null, addresses) : callback(null, first.address, first.family);
    });
}

function problemOf(name: string, address: string): ForbiddenAddressError | undefined {
  const special = specialPurposeOf(address);
  return special === undefined ? undefined : forbidden(`${name} is ${address}, ${special}`);
}

function forbidden(found: string): ForbiddenAddressError {
  return new ForbiddenAddressError(`expected a public address: ${found}`);
}

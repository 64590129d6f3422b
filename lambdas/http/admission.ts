import { mayUse, type Scope } from '../access/scopes.ts';
import { insufficient, invalid } from './errors.ts';

/** What the functions behind the API ask of every request. */

/** @throws ApiError when a credential's scopes are not enough */
export function refuseWithout(needed: Scope, scopes: readonly Scope[]): void {
  if (mayUse(scopes, needed)) return;
  const message = `expected a credential with the scope ${needed}, got one with ${scopes.join(', ') || 'none'}`;
  throw insufficient(message);
}

/** The `Idempotency-Key`, if there is one. @throws ApiError when it is none */
export function idempotencyKeyOf(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || /^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw invalid('expected 1 to 255 printable ASCII characters', 'Idempotency-Key');
}

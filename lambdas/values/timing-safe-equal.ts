import { timingSafeEqual } from 'node:crypto';

/**
 * Compares a proof with what was given for it. Takes as long for a near miss as for a far one; only the length shows,
 * which of a hash or a signature is no secret.
 */
export function isSameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

import type { LiveOutcome } from '../../client/live/frame.ts';

/** Outcomes as they come, the latest first, each once. Pure. */

/** An outcome is one attempt's: a delivery has as many as it was tried. */
const keyOf = ({ deliveryId, attempt, status }: LiveOutcome): string => `${deliveryId} ${attempt} ${status}`;

/**
 * Adds outcomes to those that are shown.
 * @param most how many are kept
 */
export function withOutcomes(
  shown: readonly LiveOutcome[],
  added: readonly LiveOutcome[],
  most: number,
): readonly LiveOutcome[] {
  if (added.length === 0) return shown;
  const known = new Set(shown.map(keyOf));
  const fresh = new Map(added.filter((each) => !known.has(keyOf(each))).map((each) => [keyOf(each), each]));
  if (fresh.size === 0) return shown;
  return [...fresh.values(), ...shown].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, most);
}

import type { Schemas } from '../api/types.ts';
import { failureText } from './failure-words.ts';
import { countText } from './numbers.ts';

/** How an endpoint does, in words. Pure. */

type Health = Schemas['TargetRowHealth'];

/** Why an endpoint is as it is: `503 unavailable, 43 of 50 attempts in the last hour`; undefined for one that does well. */
export function healthReason(health: Health): string | undefined {
  const { state, attempts, attemptSuccessRate, lastFailure } = health;
  if (['healthy', 'idle', 'disabled', 'unverified'].includes(state)) return undefined;
  const failed = attempts - Math.round(attempts * (attemptSuccessRate ?? 1));
  const parts = [
    ...(lastFailure && state !== 'slow' ? [failureText(lastFailure)] : []),
    ...(failed > 0
      ? [`${countText(failed)} of ${countText(attempts)} attempts failed in the last hour`]
      : []),
  ];
  return parts.length > 0 ? parts.join(', ') : undefined;
}

/** Since when it is so, in RFC 3339; undefined where that is not known. */
export const troubledSince = ({ troubledSince, failingSince }: Health): string | undefined =>
  troubledSince ?? failingSince;

/** Whether somebody should look at it. */
export const needsAttention = ({ state }: Health): boolean => !['healthy', 'idle'].includes(state);

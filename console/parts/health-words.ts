import type { Schemas } from '../api/types.ts';
import { failureText } from './failure-words.ts';
import { countOf, countText, shareText } from './numbers.ts';
import { clockText, durationText } from './times.ts';

/** How an endpoint does, in words. Pure. */

type Health = Schemas['TargetRowHealth'];

/** Why an endpoint is as it is: `503 unavailable, 43 of 50 attempts in the last hour`; undefined for one that does well. */
export function healthReason(health: Health, timeoutSeconds?: number): string | undefined {
  const { state, attempts, attemptSuccessRate, lastFailure } = health;
  if (['healthy', 'idle', 'disabled', 'unverified'].includes(state)) return undefined;
  const failed = attempts - Math.round(attempts * (attemptSuccessRate ?? 1));
  const parts = [
    ...(state === 'slow' ? ['slow to answer, so its deliveries go apart from the others'] : []),
    ...(lastFailure && state !== 'slow' ? [failureText(lastFailure, timeoutSeconds)] : []),
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

type Known = Pick<Schemas['Target'], 'active' | 'disabled' | 'timeoutSeconds' | 'verification'>;

/**
 * An endpoint's state in a sentence or two: what is wrong, since when, and what Posthorn does about it.
 * @param now milliseconds since the epoch
 */
export function stateText(endpoint: Known, health: Health, now: number): string {
  const { state, attemptSuccessRate, failingSince, breaker, pausedUntil, slowUntil } = health;
  const reason = healthReason(health, endpoint.timeoutSeconds);
  const why = reason === undefined ? '' : `: ${reason}`;
  const clock = (at: string | undefined): string => (at === undefined ? '' : ` ${clockText(at, now)}`);
  switch (state) {
    case 'disabled':
      return disabledText(endpoint, now);
    case 'unverified':
      return endpoint.verification?.state === 'pending'
        ? 'It is being challenged. Nothing is delivered until it has answered.'
        : 'It has not answered its challenge, so nothing is delivered.';
    case 'open':
      return `Failing since${clock(failingSince ?? breaker?.openSince)}${why}. Deliveries wait; ${nextProbe(breaker?.nextProbeAt, now)}`;
    case 'failing':
      return `Failing since${clock(failingSince)}${why}.`;
    case 'paused':
      return `It asked to be left alone until${clock(pausedUntil)}. Deliveries wait until then.`;
    case 'slow':
      return `It takes long to answer, so its deliveries go apart from the others${slowUntil === undefined ? '' : ` until${clock(slowUntil)}`}.`;
    case 'degraded':
      return `Some attempts fail${why}.`;
    case 'healthy':
      return `${shareText(attemptSuccessRate ?? 1)} of ${countOf(health.attempts, 'attempt')} succeeded in the last hour.`;
    case 'idle':
      return 'Nothing was sent to it in the last hour.';
  }
}

function nextProbe(at: string | undefined, now: number): string {
  const left = at === undefined ? 0 : Date.parse(at) - now;
  return left >= 1000 ? `one of them tries it in ${durationText(left)}.` : 'one of them tries it again soon.';
}

function disabledText({ active, disabled }: Known, now: number): string {
  const effect = 'What is sent to it becomes a dead letter.';
  if (!active || !disabled) return `Switched off by its owner. ${effect}`;
  const why = disabled.reason === 'gone' ? 'it answered 410 Gone' : 'nothing arrived for too long';
  return `Disabled by Posthorn since ${clockText(disabled.at, now)}: ${why}. ${effect}`;
}

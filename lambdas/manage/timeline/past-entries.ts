import type { TimelineEntry } from '../../api/timeline.ts';
import { DEATH_REASONS, isWaitReason, type WaitReason } from '../../delivery/delivery.ts';
import type { LoggedDelivery } from '../../delivery/delivery-items.ts';
import { type Step, stepsIn } from '../../delivery/past.ts';
import type { Attempt } from '../../http-client/attempt-record.ts';
import { HEEDED } from '../../http-client/status-codes.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import { endOf, type Timed, timed, type Whose } from './timed.ts';
import { deathWords, duration, ordinal } from './words.ts';

/** A wait, in milliseconds since the epoch. */
interface Wait {
  readonly since: number;
  readonly until: number;
  /** A `WaitReason`, or a word of a newer release. */
  readonly reason?: string | undefined;
  /** Whether its delivery was sent again before the wait was over. */
  readonly wasSentAgain?: boolean;
}

/** A shorter pause is no wait worth telling. */
const SHORT_MS = 250;

/** @param last the attempt before it */
export function waitEntry(
  { since, until, reason, wasSentAgain = false }: Wait,
  last: Attempt | undefined,
  whose: Whose,
): Timed[] {
  const ms = until - since;
  if (ms < SHORT_MS) return [];
  const known = isWaitReason(reason) ? reason : undefined;
  const { status, retryAfterMs = 0 } = last ?? {};
  const asked = HEEDED.has(status) && retryAfterMs > 0 && ms >= retryAfterMs;
  const why = asked ? `; the endpoint had asked for at least ${duration(retryAfterMs)}` : '';
  const text =
    known === 'retry' && !wasSentAgain
      ? `It waited for ${duration(ms)} before the next attempt${why}.`
      : `It waited for ${duration(ms)}${known ? WAITED[known] : ''}.`;
  const about = known && { waitingFor: known };
  return [timed(since, { ...whose, kind: 'waited', until: rfc3339(until), ...about, text })];
}

const WAITED: Record<WaitReason, string> = {
  retry: ' for its next attempt',
  pause: ', since its endpoint had asked for a pause',
  slot: ' for its turn under its target’s rate limit',
  rate_limit: ' for its turn: more deliveries waited than its target’s rate limit lets go within a minute',
  recovery: ', since its endpoint kept failing',
  batch: ' for others, to be posted together with them',
  lane: ' for a place in the slow lane',
  pull: ' to be fetched',
};

/**
 * What happened between two attempts, or since the last one.
 * @param last the attempt before
 * @param start when it began where there is no attempt before
 * @param until when the next attempt was made, or the present state began
 * @param replays what is told of being sent again
 */
export function pastEntries(
  past: string | undefined,
  last: Attempt | undefined,
  { start, until }: { readonly start: number; readonly until: number },
  whose: Whose,
  replays: (at: number) => Timed[],
): Timed[] {
  const begin = last ? endOf(last) : start;
  const steps = stepsIn(past);
  const timeOf = ({ at = begin }: Step): number => at;
  return steps.flatMap((step, i) => {
    const at = timeOf(step);
    const next = steps[i + 1];
    if (step.kind === 'replayed') return replays(at);
    if (step.kind === 'dead') return [timed(at, { ...whose, ...deadEntry(step.reason) })];
    const wait = { since: at, until: next ? timeOf(next) : until, reason: step.reason };
    return waitEntry({ ...wait, wasSentAgain: next?.kind === 'replayed' }, last, whose);
  });
}

function deadEntry(word: string | undefined): Omit<TimelineEntry, 'at'> {
  const reason = DEATH_REASONS.find((one) => one === word);
  return { kind: 'dead', ...(reason && { reason }), text: `It became a dead letter: ${deathWords(reason)}.` };
}

/**
 * What is told of each time that a delivery was sent again.
 * @param isAdded whether a replay, and not fanout, gave the event to its subscription
 */
export function replayEntries(
  { run = 0, replayedAt, attempts, past }: LoggedDelivery,
  isAdded: boolean,
  whose: Whose,
): { ofStep: (at: number) => Timed[]; ofOlderRelease: Timed[] } {
  const steps = [...attempts.map((attempt) => attempt.past), past].flatMap(stepsIn);
  const times = steps.flatMap(({ kind, at }) => (kind === 'replayed' && at !== undefined ? [at] : []));
  const known = times.length > 0 || replayedAt === undefined ? times : [replayedAt];
  const entryAt = (at: number): Timed => {
    const place = known.indexOf(at);
    const count = Math.max(1, run - known.length + 1 + place);
    const unkept = place === 0 && count > 1 ? '; when it was before is not kept' : '';
    const nth = count > 1 ? `, for the ${ordinal(count)} time${unkept}` : '';
    const text =
      isAdded && count === 1
        ? 'A replay sent it to this subscription, which had not got it before.'
        : `It was sent again on request${nth}. Its retry schedule began anew.`;
    return timed(at, { ...whose, kind: 'replayed', count, text });
  };
  const isOlder = times.length === 0 && replayedAt !== undefined;
  return { ofStep: (at) => [entryAt(at)], ofOlderRelease: isOlder ? [entryAt(replayedAt)] : [] };
}

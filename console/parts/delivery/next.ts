import { clockText, durationText, relativeText } from '../times.ts';
import { DEATHS } from './deaths.ts';
import type { Delivery, TimelineEntry, Upcoming } from './types.ts';
import { deathLabel, outcomeText } from './words.ts';

/** What a delivery's head says: its state, and what happens next. */

interface Known {
  /** From the event's time line; undefined until that is read. */
  readonly upcoming?: Upcoming | null | undefined;
  /** Attempts of the endpoint's schedule, the first one included. */
  readonly scheduled?: number | undefined;
  /** Of the event's time line. */
  readonly entries?: readonly TimelineEntry[] | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Behind the state's word and a colon: `attempt 4 of 10 in 12 min, at 14:32`. */
export function nextText(delivery: Delivery, known: Known): string {
  switch (delivery.status) {
    case 'queued':
      return 'its first attempt is about to be made';
    case 'attempting':
      return `attempt ${lastNumber(delivery) + 1} is under way`;
    case 'delivered':
      return deliveredText(delivery);
    case 'dead':
      return deadText(delivery);
    default:
      return waitingText(delivery, known);
  }
}

function deliveredText({ attempts, since, event }: Delivery): string {
  const number = attempts.at(-1)?.number ?? 1;
  const took = since && Date.parse(since) - Date.parse(event.acceptedAt);
  const attempt = number === 1 ? 'at the first attempt' : `at attempt ${number}`;
  return typeof took === 'number' ? `${attempt}, ${durationText(took)} after it was accepted` : attempt;
}

function deadText({ reason, attempts }: Delivery): string {
  const last = attempts.at(-1);
  if (reason === 'rejected' && last?.statusCode !== undefined)
    return `the endpoint answered ${last.statusCode}, and trying the same again would not help. ${DEATHS.rejected.whatNow}`;
  if (reason === undefined || !Object.hasOwn(DEATHS, reason))
    return reason === undefined ? 'it will not be tried again' : deathLabel(reason);
  const { why, whatNow } = DEATHS[reason];
  const lastText = reason === 'exhausted' && last ? `, the last with ${outcomeText(last)}` : '';
  return `${why}${lastText}. ${whatNow}`;
}

function waitingText(delivery: Delivery, { upcoming, scheduled, entries, now }: Known): string {
  const at = upcoming?.at ?? delivery.nextAttemptAt;
  const when = at === undefined ? '' : ` ${whenText(at, now)}`;
  const givesUp = upcoming?.givesUpAt
    ? ` If it still waits ${clockAt(upcoming.givesUpAt, now)}, it becomes a dead letter.`
    : '';
  switch (upcoming?.kind) {
    case 'probe':
      return `its endpoint keeps failing. The next probe goes out${when}; an answer to it releases all that waits.${givesUp}`;
    case 'release':
      return `its endpoint’s rate limit lets it go in its turn${when}.${givesUp}`;
    case 'batch':
      return `it is sent together with other events${when}, or sooner when there are enough.`;
    case 'fetch':
      return `its owner is to fetch it.${givesUp}`;
    case 'dead':
      return `it is given up${when}.`;
    default:
      if (delivery.waitingFor === 'recovery' || delivery.waitingFor === 'rate_limit') {
        return delivery.waitingFor === 'recovery'
          ? `its endpoint keeps failing. It is sent once a probe gets through.${givesUp}`
          : `its endpoint’s rate limit lets it go in its turn${when}.${givesUp}`;
      }
      return `${attemptText(delivery, upcoming?.attempt, scheduled, entries)}${when}${pauseText(delivery)}`;
  }
}

const pauseText = ({ waitingFor }: Delivery): string =>
  waitingFor === 'pause' ? '. The endpoint asked for a pause' : '';

/**
 * `attempt 4 of 10`. Probes have numbers and are not counted by the schedule, and sending again begins it afresh: then
 * both are said.
 */
function attemptText(
  delivery: Delivery,
  number: number | undefined,
  scheduled: number | undefined,
  entries: readonly TimelineEntry[] = [],
): string {
  const next = number ?? lastNumber(delivery) + 1;
  if (scheduled === undefined) return `attempt ${next}`;
  const again = entries.findLast(
    ({ kind, deliveryId }) => kind === 'replayed' && deliveryId === delivery.id,
  )?.at;
  const counted = delivery.attempts.filter(
    ({ uncounted, at }) => !uncounted && (again === undefined || at >= again),
  ).length;
  const dropped = (delivery.attempts[0]?.number ?? 1) - 1;
  const ofSchedule = counted + 1 + (again === undefined ? dropped : 0);
  // A schedule that was shortened meanwhile has fewer than were made.
  if (ofSchedule > scheduled) return `attempt ${next}`;
  return ofSchedule === next
    ? `attempt ${next} of ${scheduled}`
    : `attempt ${next}, number ${ofSchedule} of ${scheduled} in its schedule,`;
}

const lastNumber = ({ attempts }: Delivery): number => attempts.at(-1)?.number ?? 0;

/** `in 12 min, at 14:32`; what is due says so, until it is seen. */
function whenText(at: string, now: number): string {
  const ms = Date.parse(at);
  return ms <= now ? 'at any moment' : `${relativeText(ms, now)}, ${clockAt(at, now)}`;
}

function clockAt(at: string, now: number): string {
  const clock = clockText(at, now);
  return clock.includes(',') ? `on ${clock}` : `at ${clock}`;
}

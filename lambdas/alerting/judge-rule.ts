import type { Recent } from '../events/event-log-store.ts';
import type { Tally } from '../stats/tally.ts';
import { valuesOf } from '../stats/values.ts';
import type { AlertRule, Condition, ConditionOf } from './alert-rule.ts';
import type { Judged, Untold } from './rule-state.ts';

/**
 * What is known of a rule's condition: it holds, it does not, or too little was counted to say. `value` is what it was held
 * against, null where there is none.
 */
export interface Reading {
  readonly verdict: 'holds' | 'not' | 'unclear';
  readonly value: number | null;
  /** For silence: when an event or delivery was last seen. */
  readonly lastAt?: number | undefined;
}

type Counted = Exclude<Condition, { readonly metric: 'silence' | 'events' }>;

/** Reads a condition on what is counted. @param tally of as many minutes as it looks back */
export function readingOf(when: Counted, tally: Tally): Reading {
  switch (when.metric) {
    case 'successRate': {
      // A request that a fast lane cut is made again in the slow lane: it has not failed yet.
      const { cut } = tally.counts;
      const attempts = tally.counts.attempts - cut;
      const failedAttempts = tally.counts.failedAttempts - cut;
      const rate = attempts === 0 ? null : (attempts - failedAttempts) / attempts;
      const reading = held(rate, attempts >= when.minimum, (share) => share < when.below);
      // Rounded down, so that it is not shown as what it is below of.
      return { ...reading, value: rate === null ? null : Math.floor(rate * 10_000) / 10_000 };
    }
    case 'timeToDelivery': {
      const value = valuesOf(tally).latencyMs[when.statistic];
      return held(value, tally.counts.delivered >= when.minimum, (ms) => ms > when.aboveMs);
    }
    case 'deadLetters':
      // None are none, however little was sent.
      return held(tally.counts.dead, true, (dead) => dead >= when.atLeast);
  }
}

function held(value: number | null, isEnough: boolean, holds: (value: number) => boolean): Reading {
  if (value === null || !isEnough) return { verdict: 'unclear', value };
  return { verdict: holds(value) ? 'holds' : 'not', value };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Reads a condition on how many events came.
 * @param recent what the log has, as far back as it was looked at
 */
export function eventsReading(
  { atLeast, minutes, eventType }: ConditionOf<'events'>,
  { events, seenFrom }: Recent,
  now: number,
): Reading {
  const from = now - minutes * MINUTE_MS;
  const isMeant = ({ type, at }: Recent['events'][number]): boolean =>
    at >= from && (eventType === undefined || type === eventType);
  const value = events.filter(isMeant).length;
  if (value >= atLeast) return { verdict: 'holds', value };
  // More came than are looked at.
  return { verdict: seenFrom > from ? 'unclear' : 'not', value };
}

/**
 * Reads a condition on silence.
 * @param lastAt when something was last seen; the rule's beginning where nothing was, so that a new rule rings after its
 *   hours at the earliest
 */
export function silenceOf({ hours }: ConditionOf<'silence'>, lastAt: number, now: number): Reading {
  const value = Math.max(0, Math.floor(((now - lastAt) / HOUR_MS) * 100) / 100);
  return { verdict: now - lastAt >= hours * HOUR_MS ? 'holds' : 'not', value, lastAt };
}

/**
 * Judgements in a row after which a ringing rule is over. A value near its threshold would ring every five minutes without
 * the second one. Silence ends with an event, and begins an hour later at the earliest.
 */
const CALM: Readonly<Record<Condition['metric'], number>> = {
  successRate: 2,
  timeToDelivery: 2,
  deadLetters: 2,
  events: 2,
  silence: 1,
};

/** The state before a rule was judged. */
const begun = (startedAt: string, now: number): Judged => ({
  startedAt,
  state: 'unknown',
  since: now,
  value: null,
  checkedAt: now,
  calm: 0,
  revision: 0,
});

/**
 * Judges a rule by what was read. A rule that rings stops only when it is known not to hold: no data is no good news.
 * @param known what was judged before, with nothing left to tell
 */
export function judge(
  { startedAt, when }: Pick<AlertRule, 'startedAt' | 'when'>,
  known: Judged | undefined,
  { verdict, value, lastAt }: Reading,
  now: number,
): Judged {
  const before = known ?? begun(startedAt, now);
  const next = { ...before, value, checkedAt: now, calm: 0, revision: before.revision + 1, lastAt };
  const isRinging = before.state === 'ringing';
  const into = (state: Judged['state']): Judged =>
    before.state === state ? next : { ...next, state, since: now };
  switch (verdict) {
    case 'holds':
      return isRinging ? next : { ...into('ringing'), untold: news('raised', now, now, value) };
    case 'unclear':
      return isRinging ? next : into('unknown');
    case 'not': {
      if (!isRinging) return into('ok');
      const calm = before.calm + 1;
      if (calm < CALM[when.metric]) return { ...next, calm };
      return { ...into('ok'), untold: news('resolved', now, before.since, value) };
    }
  }
}

/** What is left of a rule that was changed in what it judges, or switched off: if it rang, that is over. */
export function begin({ startedAt }: Pick<AlertRule, 'startedAt'>, known: Judged, now: number): Judged {
  const anew = { ...begun(startedAt, now), revision: known.revision + 1 };
  if (known.state !== 'ringing') return anew;
  return { ...anew, untold: { ...news('resolved', now, known.since, known.value), isCutOff: true } };
}

const news = (kind: Untold['kind'], at: number, since: number, value: number | null): Untold => ({
  kind,
  at,
  since,
  value,
  event: true,
});

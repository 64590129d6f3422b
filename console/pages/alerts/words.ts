import { countOf, countText } from '../../parts/numbers.ts';
import { clockText, durationText } from '../../parts/times.ts';
import { type Rule, STATISTICS } from './kinds.ts';

/** Rules in words. Pure. */

/** `95 %`, `99.95 %`: thresholds are shown as they were written. */
const percentText = (share: number): string => `${Number((share * 100).toFixed(4))}\u2009%`;

const HOUR_MINUTES = 60;
const DAY_HOURS = 24;

const spanText = (minutes: number): string =>
  minutes % HOUR_MINUTES === 0 ? countOf(minutes / HOUR_MINUTES, 'hour') : countOf(minutes, 'minute');

const hoursText = (hours: number): string =>
  hours % DAY_HOURS === 0 && hours > DAY_HOURS ? countOf(hours / DAY_HOURS, 'day') : countOf(hours, 'hour');

/** When a rule rings, as the end of a sentence: "It rings when …". */
export function conditionText({ when, targetId }: Pick<Rule, 'when' | 'targetId'>): string {
  switch (when.metric) {
    case 'successRate':
      return `fewer than ${percentText(when.below)} of attempts succeed, over ${spanText(when.minutes)}`;
    case 'timeToDelivery': {
      const { slower } = STATISTICS[when.statistic];
      return `${slower(durationText(when.aboveMs))}, over ${spanText(when.minutes)}`;
    }
    case 'deadLetters': {
      const some = when.atLeast === 1 ? 'a delivery dies' : `${countText(when.atLeast)} deliveries die`;
      return `${some} within ${spanText(when.minutes)}`;
    }
    case 'events': {
      const { atLeast, eventType, minutes } = when;
      const what = eventType === undefined ? 'event' : `event ${eventType}`;
      const some = eventType === undefined ? countOf(atLeast, what) : `${countText(atLeast)} × ${what}`;
      return `${some} or more within ${spanText(minutes)}`;
    }
    case 'silence': {
      const what = when.eventType === undefined ? 'event' : `event ${when.eventType}`;
      const some = targetId === undefined ? `no ${what} is accepted` : 'nothing is delivered';
      return `${some} for ${hoursText(when.hours)}`;
    }
  }
}

/** What a rate needs before it says anything; undefined for what needs nothing. */
export function enoughText({ when }: Pick<Rule, 'when'>): string | undefined {
  if (when.metric === 'successRate') return `${countOf(when.minimum, 'attempt')} in that time`;
  if (when.metric === 'timeToDelivery')
    return `${countOf(when.minimum, 'delivery', 'deliveries')} in that time`;
  return undefined;
}

const HOUR_MS = 3_600_000;
/** Less than it is no silence. */
const MINUTE_HOURS = 1 / 60;

/** What was judged last; undefined where nothing was. */
export function valueText({ when, value }: Pick<Rule, 'when' | 'value'>): string | undefined {
  if (value === undefined) return undefined;
  if (value === null) return 'nothing counted';
  switch (when.metric) {
    case 'successRate':
      return `${percentText(value)} succeed`;
    case 'timeToDelivery':
      return `${when.statistic} ${durationText(value)}`;
    case 'deadLetters':
      return countOf(value, 'dead letter');
    case 'events':
      return countOf(value, 'event');
    case 'silence':
      return value < MINUTE_HOURS ? 'no silence' : `silent for ${durationText(value * HOUR_MS)}`;
  }
}

export const STATE_LABELS = {
  ringing: 'Ringing',
  ok: 'OK',
  unknown: 'Nothing known',
  new: 'Not judged yet',
  off: 'Switched off',
} as const;
export type RuleState = keyof typeof STATE_LABELS;

/** The API's word, apart from rules that are not judged. */
export function stateOf({
  active,
  state,
  checkedAt,
}: Pick<Rule, 'active' | 'state' | 'checkedAt'>): RuleState {
  if (!active) return 'off';
  return state === 'unknown' && checkedAt === undefined ? 'new' : state;
}

/** What a state means, where the word alone leaves it open. */
export const STATE_MEANINGS: Readonly<Partial<Record<RuleState, string>>> = {
  unknown: 'Too little was sent to say.',
  new: 'Rules are judged every five minutes.',
  off: 'It is not judged, and nobody is notified.',
};

/** `14:32` today, else the day alone: a list has no room for both. */
export function dayOrClock(at: string, now = Date.now()): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday ? clockText(at, now) : DAY.format(new Date(at));
}

const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

interface Search {
  /** Names of states, separated by commas. */
  readonly state?: string | undefined;
  readonly targetId?: string | undefined;
}

/** The rules that a search means. */
export const found = (rules: readonly Rule[], { state, targetId }: Search): readonly Rule[] =>
  rules.filter(
    (rule) =>
      (!state || state.split(',').includes(stateOf(rule))) && (!targetId || rule.targetId === targetId),
  );

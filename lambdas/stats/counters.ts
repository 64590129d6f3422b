import { countsOf, ENDINGS, type Ended, type Ending } from './endings.ts';
import { bucketOf } from './sketch.ts';
import { type Counts, NO_COUNTS, type Tally } from './tally.ts';

/**
 * The counters of an item, by names that are short because every write is billed by the size of the whole item:
 *
 * - `f3`: endings of a kind in the item's fourth minute, see `ENDINGS`
 * - `A3`, `T3`: milliseconds until endpoints answered, and until events were delivered, in that minute
 * - `3!503`, `3!timeout`: failed attempts of that minute by what failed
 * - `a12`, `t34`: how these times are spread over the whole item, see `Sketch`
 */
export type Counters = ReadonlyMap<string, number>;

/** @param minute of the item */
export function countEnded(into: Map<string, number>, ended: Ended, minute: number): void {
  const raise = (name: string, by: number): void => {
    if (by !== 0) into.set(name, (into.get(name) ?? 0) + by);
  };
  const { ending, answerMs, latencyMs, error } = ended;
  raise(`${ending}${minute}`, 1);
  if (answerMs !== undefined) {
    raise(`A${minute}`, answerMs);
    raise(`a${bucketOf(answerMs)}`, 1);
  }
  if (latencyMs !== undefined) {
    raise(`T${minute}`, latencyMs);
    raise(`t${bucketOf(latencyMs)}`, 1);
  }
  if (error !== undefined) raise(`${minute}!${error}`, 1);
}

/** An item as it is read: its minutes apart, its times together. */
export interface CounterItem extends Pick<Tally, 'answers' | 'latencies'> {
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** Minutes that have something, by their place in the item. */
  readonly minutes: ReadonlyMap<number, Pick<Tally, 'counts' | 'errors'>>;
}

const ENDING = /^([a-z])(\d)$/;
const SUM = /^([AT])(\d)$/;
const BUCKET = /^([at])(\d+)$/;
const FAILED = /^(\d)!(.+)$/s;

/** Reads the counters of an item. What a later release counts beside is left out. */
export function readCounterItem(start: number, item: object): CounterItem {
  const minutes = new Map<number, { counts: Counts; errors: Map<string, number> }>();
  const answers = new Map<number, number>();
  const latencies = new Map<number, number>();
  const minuteOf = (digit: string) => {
    const minute = minutes.get(Number(digit)) ?? { counts: NO_COUNTS, errors: new Map() };
    minutes.set(Number(digit), minute);
    return minute;
  };
  const add = (digit: string, more: Partial<Counts>): void => {
    const minute = minuteOf(digit);
    minute.counts = plus(minute.counts, more);
  };
  for (const [name, n] of Object.entries(item)) {
    if (typeof n !== 'number') continue;
    const [, letter = '', digit = ''] = ENDING.exec(name) ?? SUM.exec(name) ?? [];
    if (Object.hasOwn(ENDINGS, letter)) add(digit, countsOf(letter as Ending, n));
    else if (letter === 'A') add(digit, { answerMs: n });
    else if (letter === 'T') add(digit, { latencyMs: n });
    const [, of, bucket] = BUCKET.exec(name) ?? [];
    if (of) (of === 'a' ? answers : latencies).set(Number(bucket), n);
    const [, when, error] = FAILED.exec(name) ?? [];
    if (when && error) minuteOf(when).errors.set(error, n);
  }
  return { start, minutes, answers, latencies };
}

const plus = (counts: Counts, more: Partial<Counts>): Counts => {
  const sum = { ...counts };
  for (const [count, n] of Object.entries(more)) sum[count as keyof Counts] += n;
  return sum;
};

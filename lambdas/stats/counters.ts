import type { Outcome } from '../delivery/outcome-schema.ts';
import { ENDINGS, type Ended, isEnding } from './endings.ts';
import { bucketOf } from './sketch.ts';
import { type Counts, NO_COUNTS, type Tally } from './tally.ts';

/**
 * The counters of an item, by names that are short because every write is billed by the size of the whole item:
 *
 * - `f3`: endings of a kind in the item's fourth minute, see `ENDINGS`
 * - `A3`, `T3`: milliseconds until endpoints answered, and until events were delivered, in that minute
 * - `C3`: failed attempts of that minute that a fast lane cut
 * - `P3`, `B3`, `D3`: of a tenant, how often a delivery came to wait in a table in that minute; batches; and those of dead
 *   letters
 * - `3!503`, `3!timeout`: failed attempts of that minute by what failed
 * - `a12`, `t34`: how these times are spread over the whole item, see `Sketch`
 *
 * Of Posthorn's own events they have a `~` before them, in items of tenants and targets: what judges a tenant's deliveries leaves
 * those out, or news of failures would be counted among the failures that it is about.
 */
export type Counters = ReadonlyMap<string, number>;

const OWN = '~';

/** @param minute of the item @param isOwn whether it is kept apart, as of an event of Posthorn's own */
export function countEnded(into: Map<string, number>, ended: Ended, minute: number, isOwn = false): void {
  const { ending, answerMs, latencyMs, error, isCut } = ended;
  const mark = isOwn ? OWN : '';
  raise(into, `${mark}${ending}${minute}`, 1);
  if (isCut) raise(into, `${mark}C${minute}`, 1);
  if (answerMs !== undefined) {
    raise(into, `${mark}A${minute}`, answerMs);
    raise(into, `${mark}a${bucketOf(answerMs)}`, 1);
  }
  if (latencyMs !== undefined) {
    raise(into, `${mark}T${minute}`, latencyMs);
    raise(into, `${mark}t${bucketOf(latencyMs)}`, 1);
  }
  if (error !== undefined) raise(into, `${mark}${minute}!${error}`, 1);
}

/** Counts that have a letter of their own. */
const LETTERS = {
  A: 'answerMs',
  T: 'latencyMs',
  C: 'cut',
  P: 'parked',
  B: 'batches',
  D: 'deadBatches',
} as const satisfies Record<string, keyof Counts>;

const isLetter = (name: string | undefined): name is keyof typeof LETTERS =>
  name !== undefined && Object.hasOwn(LETTERS, name);

/**
 * Counts a batch in which something has ended. Dead letters have batches of their own.
 * @param status of the batch's first outcome in the item
 */
export function countBatch(into: Map<string, number>, status: Outcome['status'], minute: number): void {
  raise(into, `${status === 'dead' ? 'D' : 'B'}${minute}`, 1);
}

export function countParked(into: Map<string, number>, minute: number): void {
  raise(into, `P${minute}`, 1);
}

function raise<K>(into: Map<K, number>, name: K, by: number): void {
  if (by !== 0) into.set(name, (into.get(name) ?? 0) + by);
}

/** An item as it is read: its minutes apart, its times together. */
export interface CounterItem extends Pick<Tally, 'answers' | 'latencies'> {
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** Minutes that have something, by their place in the item. */
  readonly minutes: ReadonlyMap<number, Pick<Tally, 'counts' | 'errors'>>;
}

/** `f3`, `A3`, `a12` or `3!503`, and the same behind a `~`. */
const NAME = /^~?(?:([a-zA-Z])(\d+)|(\d)!(.+))$/s;

/** The counters of an item without those of Posthorn's own events. */
export const withoutOwn = (item: object): object =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !name.startsWith(OWN)));

/** Reads the counters of an item. What a later release counts beside is left out. */
export function readCounterItem(start: number, item: object): CounterItem {
  const minutes = new Map<number, { counts: Record<keyof Counts, number>; errors: Map<string, number> }>();
  const answers = new Map<number, number>();
  const latencies = new Map<number, number>();
  const minuteOf = (place: number) => {
    const minute = minutes.get(place) ?? { counts: { ...NO_COUNTS }, errors: new Map() };
    minutes.set(place, minute);
    return minute;
  };
  for (const [name, n] of Object.entries(item)) {
    if (typeof n !== 'number') continue;
    const [, letter, number, minute, error] = NAME.exec(name) ?? [];
    if (error !== undefined) raise(minuteOf(Number(minute)).errors, error, n);
    else if (letter === 'a') raise(answers, Number(number), n);
    else if (letter === 't') raise(latencies, Number(number), n);
    else if (isLetter(letter)) minuteOf(Number(number)).counts[LETTERS[letter]] += n;
    else if (isEnding(letter)) {
      const { counts } = minuteOf(Number(number));
      for (const count of ENDINGS[letter]) counts[count] += n;
    }
  }
  return { start, minutes, answers, latencies };
}

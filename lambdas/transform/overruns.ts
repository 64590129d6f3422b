import { LRUCache } from 'lru-cache';

/** Remembers what has used too much lately. */
export interface Overruns {
  note(key: string, now: number): void;
  /** Whether it has done so too often. */
  isBenched(key: string, now: number): boolean;
}

/** Keys that are remembered: more tenants than one function works for at a time. */
const MAX_KEYS = 2000;

/**
 * @param most that often within the time is too often
 * @param ms how long each is remembered
 */
export function createOverruns(most: number, ms: number): Overruns {
  const times = new LRUCache<string, readonly number[]>({ max: MAX_KEYS });
  const recent = (key: string, now: number): readonly number[] =>
    (times.get(key) ?? []).filter((at) => at + ms > now);
  return {
    note: (key, now) => void times.set(key, [...recent(key, now), now].slice(-most)),
    isBenched: (key, now) => recent(key, now).length >= most,
  };
}

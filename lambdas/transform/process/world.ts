import { boundedStringify } from './bounded-json.ts';

/**
 * Makes this process a world in which nothing happens by chance. Expressions ask for the time and for random numbers; both follow
 * from the event, so that each attempt sends the same bytes.
 */
export function makeWorld(): { begin(timeMs: number, seed: string): void } {
  const RealDate = Date;
  let at = 0;
  let random = mulberry(0);
  class EventDate extends RealDate {
    constructor(...args: unknown[]) {
      super(...((args.length === 0 ? [at] : args) as [number]));
    }
    static override now(): number {
      return at;
    }
  }
  globalThis.Date = EventDate as DateConstructor;
  Math.random = () => random();
  JSON.stringify = boundedStringify(JSON.stringify.bind(JSON));
  return {
    begin(timeMs, seed) {
      at = timeMs;
      random = mulberry(hashOf(seed));
    },
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  return hash >>> 0;
}

/** Mulberry32: numbers from 0 to 1 that follow from a seed. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

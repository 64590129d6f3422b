/** Of one place for as long as it is watched. */
interface Window {
  readonly from: number;
  readonly units: Map<string, number>;
}

const WINDOW_MS = 10_000;
/** Keys that a window counts, before those with the fewest units are forgotten. */
const COUNTED = 5000;
/** Keys that are told. */
const TOLD = 20;

/** The keys that are asked for the most: units a second, in their best ten seconds. Those far below are not exact. */
export class Hottest {
  #window: Window;
  #best = new Map<string, number>();

  constructor(now: number) {
    this.#window = { from: now, units: new Map() };
  }

  note(key: string, units: number, now: number): void {
    if (now - this.#window.from >= WINDOW_MS) this.#turn(now);
    const counts = this.#window.units;
    counts.set(key, (counts.get(key) ?? 0) + units);
    if (counts.size > COUNTED) forgetSmall(counts);
  }

  /** Units a second by key, the hottest first. */
  all(): readonly (readonly [key: string, unitsPerSecond: number])[] {
    const all = new Map(this.#best);
    merge(all, this.#window.units);
    return largest(all);
  }

  #turn(now: number): void {
    merge(this.#best, this.#window.units);
    this.#best = new Map(largest(this.#best));
    this.#window = { from: now, units: new Map() };
  }
}

function merge(best: Map<string, number>, window: ReadonlyMap<string, number>): void {
  for (const [key, units] of window) {
    const rate = units / (WINDOW_MS / 1000);
    if (rate > (best.get(key) ?? 0)) best.set(key, rate);
  }
}

const largest = (rates: ReadonlyMap<string, number>) =>
  [...rates].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1)).slice(0, TOLD);

/** Half of them go, or more. */
function forgetSmall(counts: Map<string, number>): void {
  const middle = Float64Array.from(counts.values()).sort()[counts.size >> 1]!;
  for (const [key, units] of counts) if (units <= middle) counts.delete(key);
}

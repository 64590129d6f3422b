import { setImmediate } from 'node:timers/promises';
import type { Pace } from './versioned-cache.ts';

/** Runs work to its end. In the background, it yields to other work after each slice. */
export async function finish<T>(slices: Iterator<void, T>, pace: Pace): Promise<T> {
  for (;;) {
    const slice = slices.next();
    if (slice.done) return slice.value;
    if (pace === 'in background') await setImmediate();
  }
}

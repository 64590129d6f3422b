import type { Kernel } from '../kernel/kernel.ts';

/** A rate with a burst: a bucket that is full at first, and from empty is full again after `everyMs`. */
export function tokenBucket(kernel: Kernel, size: number, everyMs: number) {
  let left = size;
  let at = kernel.now();
  return {
    /** @returns whether there was one left */
    take(): boolean {
      const now = kernel.now();
      left = Math.min(size, left + ((now - at) / everyMs) * size);
      at = now;
      if (left < 1) return false;
      left--;
      return true;
    },
  };
}

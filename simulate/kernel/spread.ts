import type { Random } from './random.ts';

/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.3263;

/** Draws from a log-normal distribution with this median and 99th percentile, as latencies have it. Milliseconds. */
export function drawMs(random: Random, { p50, p99 }: { readonly p50: number; readonly p99: number }): number {
  const sigma = Math.log(p99 / p50) / Z99;
  // Box and Muller's transform. The first number must not be 0.
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return p50 * Math.exp(sigma * normal);
}

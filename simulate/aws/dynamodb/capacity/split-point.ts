import { isBefore, type Point } from './point.ts';

/**
 * Where a hot partition is cut in two, so that each half has as much of its traffic as the other. An item is never cut,
 * nor is anything won where all traffic goes to the end of one partition key's items and moves on, as with a time in the
 * sort key.
 * https://aws.amazon.com/blogs/database/part-3-scaling-dynamodb-how-partitions-hot-keys-and-split-for-heat-impact-performance/
 *
 * @param samples of what was asked for, in the order of time
 * @returns where the second half begins; undefined if a cut would not help
 */
export function splitPoint(samples: readonly Point[]): Point | undefined {
  if (samples.length < 2 || isMovingOn(samples)) return undefined;
  const sorted = samples.toSorted((a, b) => (isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0));
  const middle = sorted.length / 2;
  let best: number | undefined;
  for (let i = 1; i < sorted.length; i++) {
    const isBetter = best === undefined || Math.abs(i - middle) < Math.abs(best - middle);
    if (isBetter && isBefore(sorted[i - 1]!, sorted[i]!)) best = i;
  }
  if (best === undefined) return undefined;
  const { hash, sort } = sorted[best]!;
  return sorted[best - 1]!.hash === hash ? { hash, sort } : { hash, sort: '' };
}

/** Whether all is about one partition key, and each sort key of the later half comes after all of the earlier one. */
function isMovingOn(samples: readonly Point[]): boolean {
  const [{ hash }] = samples as [Point];
  if (samples.some((sample) => sample.hash !== hash)) return false;
  const half = samples.length >> 1;
  const sorts = samples.map(({ sort }) => sort);
  const last = sorts.slice(0, half).reduce((a, b) => (a > b ? a : b));
  return sorts.slice(half).every((sort) => sort > last);
}

/**
 * How times are spread, as counts in fixed logarithmic buckets (DDSketch, VLDB 2019). The buckets are the same
 * everywhere, so two sketches are merged by adding their counts: `ADD` in the table does it.
 */
export type Sketch = ReadonlyMap<number, number>;

/** A quantile is at most this share off, or a millisecond. */
export const ACCURACY = 0.1;
/** A bucket ends at so many times the end of the one before. */
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
/** It ends at 45 days: longer than anything is kept. */
const LAST_BUCKET = 110;

/** The bucket of a time. Bucket 0 has all up to a millisecond. @param ms milliseconds */
export const bucketOf = (ms: number): number =>
  ms <= 1 ? 0 : Math.min(LAST_BUCKET, Math.ceil(Math.log(ms) / Math.log(GAMMA)));

/** The time that is equally far from both ends of its bucket, as a share of each. */
const middleOf = (bucket: number): number => (1 - ACCURACY) * GAMMA ** bucket;

/**
 * The time that a share of all times do not exceed, by nearest rank, in milliseconds; null of none.
 * @param share 0.95 for the 95th percentile
 */
export function quantileOf(sketch: Sketch, share: number): number | null {
  const buckets = [...sketch].sort(([a], [b]) => a - b);
  const count = buckets.reduce((sum, [, n]) => sum + n, 0);
  const rank = Math.max(1, Math.ceil(share * count));
  let passed = 0;
  for (const [bucket, n] of buckets) {
    passed += n;
    if (passed >= rank) return rounded(middleOf(bucket));
  }
  return null;
}

/** To a tenth of a millisecond below 10, to whole ones above. */
const rounded = (ms: number): number => (ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms));

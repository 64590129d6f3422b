import { EXPIRED_HOURS, KEPT_BYTES } from '../../lambdas/costs/estimate.ts';
import { isStored } from './batches.ts';
import { type Counts, HOURS_A_MONTH } from './counts.ts';
import type { Volume } from './volume.ts';

/** Of a payload in the log, what compressing leaves: as much as an order's. */
const COMPRESSED = 0.5;

export interface Storage {
  readonly tableGbMonths: number;
  readonly bucketGbMonths: number;
}

/** What is kept at any time of a steady volume. */
export function storageOf(
  volume: Volume,
  { events, deliveries }: Counts,
  longestRetentionHours: number,
): Storage {
  const { payloadKb, retentionHours } = volume;
  const beyond = isStored(volume) ? 0 : Math.max(0, payloadKb - 1) * 1024 * COMPRESSED;
  const tableBytes = deliveries * KEPT_BYTES + events * beyond;
  const bucketBytes = isStored(volume) ? events * payloadKb * 1024 : 0;
  const daysInBucket = Math.ceil(longestRetentionHours / 24) + 1;
  return {
    tableGbMonths: (tableBytes / 1e9) * ((retentionHours + EXPIRED_HOURS) / HOURS_A_MONTH),
    bucketGbMonths: (bucketBytes / 1e9) * ((daysInBucket * 24) / HOURS_A_MONTH),
  };
}

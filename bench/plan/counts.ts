import { retriesOf } from './attempts.ts';
import type { Volume } from './volume.ts';

export const HOURS_A_MONTH = 730;
export const DAYS_A_MONTH = HOURS_A_MONTH / 24;

/** How many of each there are in a month. */
export interface Counts {
  readonly events: number;
  readonly deliveries: number;
  readonly attempts: number;
  readonly retries: number;
  readonly parked: number;
  readonly held: number;
  readonly dead: number;
}

/** @returns also the share of deliveries that are retried at all */
export function countsOf(volume: Volume): { counts: Counts; retried: number } {
  const events = volume.eventsPerDay * DAYS_A_MONTH;
  const deliveries = events * volume.deliveries;
  const { queued, parked, retried, exhausted } = retriesOf(volume.attempts);
  const retries = deliveries * (queued + parked);
  return {
    counts: {
      events,
      deliveries,
      retries,
      attempts: deliveries + retries,
      parked: volume.parkedShare === undefined ? deliveries * parked : retries * volume.parkedShare,
      held: deliveries * volume.heldShare,
      dead: deliveries * Math.min(1, volume.deadShare + exhausted),
    },
    retried,
  };
}

import type { TimelineEntry } from '../../api/timeline.ts';
import type { Attempt } from '../../http-client/attempt-record.ts';
import { rfc3339 } from '../../values/rfc3339.ts';

/** What an entry says of its delivery. */
export type Whose = Pick<TimelineEntry, 'deliveryId' | 'subscriptionId' | 'targetId'>;

/** A time in milliseconds since the epoch, and the entry of that time. */
export interface Timed {
  readonly at: number;
  readonly entry: TimelineEntry;
}

export const timed = (at: number, entry: Omit<TimelineEntry, 'at'>): Timed => ({
  at,
  entry: { at: rfc3339(at), ...entry },
});

export const endOf = ({ at, ms }: Attempt): number => at + ms;

import { type EventRow, scanEventRows } from '../events/event-rows-store.ts';
import type { ScanSpan } from './recovery.ts';

/** Items read of each of four shards at a time. */
const PAGE = 250;

/** As much of an event, or of one part of its subscriptions, as tells whether something is missing. */
export type Row = Pick<EventRow, 'eventUlid' | 'subscriptions' | 'isUncertain'>;

export interface RowsPage {
  readonly rows: readonly Row[];
  /** The `after` of the next page; undefined at the end. */
  readonly next?: string | undefined;
}

/** A page of the rows that a tenant's log has of a span, oldest first. */
export const rowsOf = (
  table: string,
  tenant: string,
  { from, until }: Pick<ScanSpan, 'from' | 'until'>,
  after: string | undefined,
): Promise<RowsPage> =>
  scanEventRows(table, tenant, { from, to: until, after, newestFirst: false, read: PAGE });

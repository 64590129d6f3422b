import { type Column, fieldValue, state } from './value.ts';

/** Columns that many commands have. */

export const field = (title: string, value: Column['value'] = title): Column => ({ title, value });

/** A time in seconds, in UTC: `--from` takes it as it stands. `--json` has the milliseconds. */
export const time = (title: string, value: Column['value']): Column => ({
  title,
  value: (row: never) => timeText(fieldValue(row, { title, value })),
});

/** `2026-03-01T12:00:00Z` */
export const timeText = (at: unknown): unknown =>
  typeof at === 'string' ? at.replace(/\.\d{1,9}(?=Z$)/, '') : at;

/** A share of one, in percent. */
export const percent = (title: string, value: Column['value']): Column => ({
  title,
  value: (row: never) => percentText(fieldValue(row, { title, value })),
});

export const percentText = (share: unknown): unknown =>
  typeof share === 'number' ? `${Math.round(share * 10_000) / 100} %` : share;

export const milliseconds = (title: string, value: Column['value']): Column => ({
  title,
  value: (row: never) => {
    const ms = fieldValue(row, { title, value });
    return typeof ms === 'number' ? `${Math.round(ms)} ms` : ms;
  },
});

/** Times of an entity, at the end of its record. */
export const MADE: readonly Column[] = [time('created', 'createdAt'), time('changed', 'updatedAt')];

interface Leading {
  readonly kind?: string;
  readonly url?: string;
  readonly address?: string;
}

/** Where a target leads: a URL, or what its kind has instead, with the kind before it. */
export const TO = field('to', ({ kind = 'webhook', url, address = url }: Leading) =>
  kind === 'webhook' ? url : address === kind ? kind : `${kind} ${address ?? ''}`.trim(),
);

export const ID = field('id');
export const NAME = field('name');
export { state };

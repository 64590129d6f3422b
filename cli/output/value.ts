import { safeText } from './safe-text.ts';

/** How a value stands in a table or a record. Pure. */

export type Tone = 'good' | 'bad' | 'wait' | 'dim';

/** A column of a table, or a field of a record. */
export interface Column {
  readonly title: string;
  /** A path into the row, `event.type`, or what makes the text. */
  readonly value: string | ((row: never) => unknown);
  /** How its text is coloured. */
  readonly tone?: (text: string) => Tone | undefined;
}

function valueAt(row: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], row);
}

export const fieldValue = (row: unknown, { value }: Column): unknown =>
  typeof value === 'string' ? valueAt(row, value) : value(row as never);

/** A value in one line. What is not there is a dash. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  if (typeof value === 'string') return safeText(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return safeText(value.length === 0 ? '–' : value.join(', '));
  return safeText(JSON.stringify(value));
}

/** States and statuses, and what they mean to whoever looks. */
const TONES: Readonly<Record<string, Tone>> = {
  ...{
    delivered: 'good',
    healthy: 'good',
    active: 'good',
    ok: 'good',
    completed: 'good',
    operational: 'good',
  },
  ...{
    dead: 'bad',
    disabled: 'bad',
    open: 'bad',
    failing: 'bad',
    failed: 'bad',
    raised: 'bad',
    firing: 'bad',
  },
  ...{ retrying: 'wait', parked: 'wait', paused: 'wait', slow: 'wait', degraded: 'wait', unverified: 'wait' },
  ...{ running: 'wait', queued: 'dim', attempting: 'dim', cancelled: 'dim', unknown: 'dim' },
};

/** Also of a text of somebody’s own, such as `valueOf`. */
export const toneOfState = (text: string): Tone | undefined =>
  Object.hasOwn(TONES, text) ? TONES[text] : undefined;

/** A column for a state, in its colour. */
export const state = (title: string, value: Column['value']): Column => ({ title, value, tone: toneOfState });

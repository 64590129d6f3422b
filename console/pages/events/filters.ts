import type { FilterDef } from '../../list/filters.tsx';

/** What became of events, as the API names it. */
const OUTCOMES = {
  delivered: 'Delivered to all',
  waiting: 'Some wait',
  failed: 'Some are dead',
  unmatched: 'Wanted by nobody',
  dead: 'Lost by Posthorn',
} as const;

export const EVENT_FILTERS = [
  { name: 'type', label: 'Type', hint: 'A type such as order.created, or a pattern: order.*, payment.**' },
  { name: 'source', label: 'Source', hint: 'Exactly as its publisher named it' },
  {
    name: 'outcome',
    label: 'Outcome',
    options: Object.entries(OUTCOMES).map(([value, label]) => ({ value, label })),
  },
] as const satisfies readonly FilterDef[];

/** Whether a list is of what waits or failed, which one wants to see however old it is. */
export const isAgeless = (outcome: string | undefined): boolean =>
  outcome === 'waiting' || outcome === 'failed' || outcome === 'dead';

import { countOf, countText } from '../../parts/numbers.ts';

interface Followed {
  readonly status: string;
}

/** What became of an event, in one line. @param isAll false while more deliveries are to be read */
export function outcomeLine(
  { matched, dead }: { readonly matched: number; readonly dead?: true },
  deliveries: readonly Followed[],
  isAll: boolean,
): string {
  if (dead) return 'A part of Posthorn failed on it, so not all deliveries could be made. Tell the operator.';
  if (matched === 0) return 'No subscription wanted it.';
  const count = (status: string[]): number =>
    deliveries.filter((each) => status.includes(each.status)).length;
  const parts = [
    [count(['delivered']), 'delivered'],
    [count(['retrying', 'parked']), 'waiting'],
    [count(['queued', 'attempting']), 'under way'],
    [count(['dead']), 'dead'],
  ]
    .filter(([n]) => Number(n) > 0)
    .map(([n, word]) => `${countText(Number(n))} ${word}`);
  const wanted = `${countOf(matched, 'subscription')} wanted it`;
  if (parts.length === 0) return `${wanted}.`;
  return `${wanted}: ${parts.join(', ')}${isAll ? '' : ', of those shown'}.`;
}

const PARTS = {
  events: 'Event types',
  where: 'Condition',
  jsonpath: 'JSONPath',
  during: 'Hours',
} as const;

/** The part of a filter that does not hold. */
export const partLabel = (part: string): string =>
  Object.hasOwn(PARTS, part) ? PARTS[part as keyof typeof PARTS] : part;

/** What tracing tools search by: the second part of a `traceparent` (W3C Trace Context). */
export const traceIdOf = (traceparent: string): string => traceparent.split('-')[1] ?? traceparent;

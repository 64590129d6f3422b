import type { CounterItem } from './counters.ts';
import type { Span } from './series.ts';
import { totalOf } from './series.ts';
import { badnessOf, type Tally } from './tally.ts';
import { classOfError, type FailureClass } from './values.ts';

/** What a span looks like for each target or event type. A name that is undefined stands for all without one. */
export interface Part {
  readonly name: string | undefined;
  readonly tally: Tally;
}

/** Adds up the items of each name. */
export function partsOf(span: Span): {
  add(name: string | undefined, item: CounterItem): void;
  parts(): Part[];
} {
  const totals = new Map<string | undefined, ReturnType<typeof totalOf>>();
  return {
    add(name, item) {
      const total = totals.get(name) ?? totalOf(span);
      totals.set(name, total);
      total.add(item);
    },
    parts: () => [...totals].map(([name, { total: tally }]) => ({ name, tally })),
  };
}

/** Those with the most failures first, then those with the most attempts; equal ones by name. */
export const worstFirst = (parts: readonly Part[]): Part[] =>
  [...parts].sort(
    (a, b) =>
      badnessOf(b.tally) - badnessOf(a.tally) ||
      b.tally.counts.attempts - a.tally.counts.attempts ||
      compare(a.name ?? '', b.name ?? ''),
  );

/** Which targets a list of the worst needs: those that failed most, then others, as long as there is room. */
export function candidatesOf(
  failing: ReadonlyMap<string, number>,
  others: readonly string[],
  limit: number,
): { readonly targets: string[]; readonly isAll: boolean } {
  const worst = [...failing].sort(([a, m], [b, n]) => n - m || compare(a, b)).map(([target]) => target);
  const all = [...new Set([...worst, ...others])];
  return { targets: all.slice(0, limit), isAll: all.length <= limit };
}

export interface FailurePart {
  /** An error class, or a status code. */
  readonly name: string;
  readonly class: FailureClass;
  readonly failedAttempts: number;
}

/** Failed attempts by what failed, the most frequent first. */
export const failuresIn = ({ errors }: Pick<Tally, 'errors'>): FailurePart[] =>
  [...errors]
    .sort(([a, m], [b, n]) => n - m || compare(a, b))
    .map(([name, failedAttempts]) => ({ name, class: classOfError(name), failedAttempts }));

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

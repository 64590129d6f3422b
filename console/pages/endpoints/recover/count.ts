import type { Row } from '../../../api/types.ts';

export interface Missed {
  readonly count: number;
  /** There are more. */
  readonly isCut: boolean;
  /** How many for each reason, of those that were counted. */
  readonly reasons: readonly (readonly [string, number])[];
}

type Delivery = Row<'/v1/deliveries'>;

/** Counts, with the most frequent reason first. */
export function missedOf(rows: readonly Pick<Delivery, 'reason' | 'waitingFor'>[], isCut: boolean): Missed {
  const counts = new Map<string, number>();
  for (const { reason, waitingFor } of rows) {
    const name = reason ?? waitingFor;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return { count: rows.length, isCut, reasons: [...counts].sort(([, a], [, b]) => b - a) };
}

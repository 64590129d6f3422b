import { useMemo, useRef, useState } from 'react';
import type { LiveOutcome } from '../../../client/live/frame.ts';
import { useNewCount } from '../../list/use-new-count.ts';
import { useFrames } from '../../live/live.tsx';
import { fits, type ListFilters } from './fits.ts';
import type { DeliveryRow } from './types.ts';
import { withLatest } from './with-latest.ts';

/**
 * Rows that stay where they are and say what has become of them, and how many there are that are not among them.
 * @param rows as they were read; reading them again drops what was known beside them
 * @param filters of the list
 */
export function useLiveRows(rows: readonly DeliveryRow[], filters: ListFilters) {
  const known = useMemo(() => new Set(rows.map(({ id }) => id)), [rows]);
  const announced = useRef<{ of: readonly DeliveryRow[]; ids: Set<string> }>({ of: rows, ids: new Set() });
  const [latest, setLatest] = useState<{ of: readonly DeliveryRow[]; by: ReadonlyMap<string, LiveOutcome> }>({
    of: rows,
    by: new Map(),
  });
  useFrames(({ outcomes = [] }) => {
    const mine = outcomes.filter(({ deliveryId }) => known.has(deliveryId));
    if (mine.length === 0) return;
    setLatest((before) => ({
      of: rows,
      by: new Map([
        ...(before.of === rows ? before.by : []),
        ...mine.map((each) => [each.deliveryId, each] as const),
      ]),
    }));
  });
  const newCount = useNewCount(({ outcomes = [] }) => {
    if (announced.current.of !== rows) announced.current = { of: rows, ids: new Set() };
    const { ids } = announced.current;
    const added = outcomes.filter(
      (each) => !known.has(each.deliveryId) && !ids.has(each.deliveryId) && fits(each, filters),
    );
    for (const { deliveryId } of added) ids.add(deliveryId);
    return new Set(added.map(({ deliveryId }) => deliveryId)).size;
  }, rows);
  const shown = useMemo(
    () =>
      latest.of === rows && latest.by.size > 0
        ? rows.map((row) => withLatest(row, latest.by.get(row.id)))
        : rows,
    [rows, latest],
  );
  return { rows: shown, newCount };
}

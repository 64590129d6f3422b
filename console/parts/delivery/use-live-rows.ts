import { useMemo, useRef, useState } from 'react';
import { useNewCount } from '../../list/use-new-count.ts';
import type { LiveOutcome } from '../../live/frame.ts';
import { useFrames } from '../../live/live.tsx';
import { fits, type ListFilters } from './fits.ts';
import type { Attempt, DeathReason, DeliveryRow } from './types.ts';

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
    () => (latest.of === rows && latest.by.size > 0 ? rows.map((row) => withLatest(row, latest.by)) : rows),
    [rows, latest],
  );
  return { rows: shown, newCount };
}

/** A row as an outcome has changed it. Of the attempt only what a row shows. */
function withLatest(row: DeliveryRow, by: ReadonlyMap<string, LiveOutcome>): DeliveryRow {
  const outcome = by.get(row.id);
  if (!outcome || (row.attempts.at(-1)?.number ?? 0) > outcome.attempt) return row;
  const { waitingFor: _, nextAttemptAt: __, reason: ___, ...kept } = row;
  const { status, attempt, statusCode, ms, reason, at, nextAttemptAt } = outcome;
  const last: Attempt = {
    number: attempt,
    at,
    durationMs: ms ?? 0,
    ...(statusCode !== undefined && { statusCode }),
  };
  return {
    ...kept,
    status,
    since: at,
    ...(status === 'dead' && reason !== undefined && { reason: reason as DeathReason }),
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
    attempts: attempt > 0 ? [...row.attempts.filter(({ number }) => number < attempt), last] : row.attempts,
  };
}

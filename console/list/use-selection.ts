import { useMemo, useRef, useState } from 'react';
import { afterClick } from './selection.ts';

/** The rows that are selected. Those that have gone from the list are selected no more. @param ids of all rows, in order */
export function useSelection<T>(rows: readonly T[], ids: readonly string[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<string>(undefined);
  const selected = useMemo(() => rows.filter((_, i) => chosen.has(ids[i]!)), [rows, ids, chosen]);
  return {
    selected,
    has: (id: string): boolean => chosen.has(id),
    /** @param isRange with everything between it and the row that was clicked before */
    toggle(id: string, isRange: boolean): void {
      setChosen(afterClick(chosen, ids, id, anchor.current, isRange));
      anchor.current = id;
    },
    all: (): void => setChosen(new Set(ids)),
    clear: (): void => setChosen(new Set()),
  } as const;
}

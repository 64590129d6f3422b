import Button from '@mui/material/Button';
import { lazy, Suspense, useState } from 'react';
import { countText } from '../numbers.ts';
import type { DeliveryRow } from './types.ts';
import { isSettled, isWaiting } from './words.ts';

const BulkSure = lazy(() => import('./bulk-sure.tsx'));

type Action = 'retry' | 'replay';

interface BulkProps {
  readonly selected: readonly DeliveryRow[];
  /** Deselects all. */
  clear(): void;
}

/** Retries the selected deliveries that wait, and sends those again that are settled. Says how many before it does so. */
export default function BulkActions({ selected, clear }: BulkProps) {
  const [asked, setAsked] = useState<{ action: Action; ids: readonly string[]; delivered: number }>();
  const waiting = selected.filter(({ status }) => isWaiting(status));
  const settled = selected.filter(({ status }) => isSettled(status));
  const ask = (action: Action, rows: readonly DeliveryRow[]): void =>
    setAsked({
      action,
      ids: rows.map(({ id }) => id),
      delivered: rows.filter(({ status }) => status === 'delivered').length,
    });
  return (
    <>
      {waiting.length > 0 && (
        <Button variant="contained" onClick={() => ask('retry', waiting)}>
          Retry {countText(waiting.length)} now
        </Button>
      )}
      {settled.length > 0 && (
        <Button variant="contained" onClick={() => ask('replay', settled)}>
          Send {countText(settled.length)} again
        </Button>
      )}
      {asked && (
        <Suspense>
          <BulkSure
            {...asked}
            others={selected.length - asked.ids.length}
            onDone={clear}
            onClose={() => setAsked(undefined)}
          />
        </Suspense>
      )}
    </>
  );
}

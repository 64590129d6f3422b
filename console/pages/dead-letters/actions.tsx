import Button from '@mui/material/Button';
import { lazy, Suspense, useState } from 'react';
import BulkActions from '../../parts/delivery/bulk.tsx';
import type { DeliveryRow } from '../../parts/delivery/types.ts';
import { useLimitedTo } from '../../parts/limited.ts';
import { countOf, countText } from '../../parts/numbers.ts';
import type { Action } from './selection.ts';

const Sure = lazy(() => import('./sure.tsx'));

interface SelectedActionsProps {
  readonly selected: readonly DeliveryRow[];
  clear(): void;
}

/** Sends the selected dead letters again, or purges them. */
export function SelectedActions({ selected, clear }: SelectedActionsProps) {
  const [asked, setAsked] = useState<Action>();
  // A limited token may send again one by one, and purge nothing.
  const isLimited = useLimitedTo() !== undefined;
  if (isLimited) return <BulkActions selected={selected} clear={clear} />;
  const many = countOf(selected.length, 'dead letter');
  return (
    <>
      <Button variant="contained" onClick={() => setAsked('redrive')}>
        Send {countText(selected.length)} again
      </Button>
      <Button variant="outlined" color="error" onClick={() => setAsked('purge')}>
        Purge {countText(selected.length)}
      </Button>
      {asked && (
        <Suspense>
          <Sure
            action={asked}
            many={many}
            ids={selected.map(({ id }) => id)}
            onDone={clear}
            onClose={() => setAsked(undefined)}
          />
        </Suspense>
      )}
    </>
  );
}

import Button from '@mui/material/Button';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../../app/session.tsx';
import { useLimitedTo } from '../../parts/limited.ts';
import type { EventView } from './use-event.ts';

const AskAgain = lazy(() => import('./ask-again.tsx'));

interface SendAgainProps {
  readonly event: EventView;
  /** How many of them are known. */
  readonly deliveries: number;
}

/** Sends an event to every subscription that it went to. A limited session sends deliveries again, one by one. */
export function SendAgain({ event: { id, matched }, deliveries }: SendAgainProps) {
  const [isAsked, setAsked] = useState(false);
  const may = useMay();
  const isLimited = useLimitedTo() !== undefined;
  if (!may('manage') || isLimited || matched === 0) return null;
  return (
    <>
      <Button variant="contained" onClick={() => setAsked(true)}>
        Send again
      </Button>
      {isAsked && (
        <Suspense>
          <AskAgain id={id} count={Math.max(matched, deliveries)} onClose={() => setAsked(false)} />
        </Suspense>
      )}
    </>
  );
}

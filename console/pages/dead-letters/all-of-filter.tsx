import Button from '@mui/material/Button';
import { lazy, Suspense, useState } from 'react';
import type { AllOfFilterProps } from './ask-all.tsx';
import type { Action } from './selection.ts';

const AskAll = lazy(() => import('./ask-all.tsx'));

/** Starts a job for all that the list's filters let through. It is counted first, and a job that runs is shown in place. */
export function AllOfFilter(props: AllOfFilterProps) {
  const [asked, setAsked] = useState<Action>();
  return (
    <>
      <Button onClick={() => setAsked('redrive')}>Send all again …</Button>
      <Button color="error" onClick={() => setAsked('purge')}>
        Purge all …
      </Button>
      {asked && (
        <Suspense>
          <AskAll {...props} action={asked} onClose={() => setAsked(undefined)} />
        </Suspense>
      )}
    </>
  );
}

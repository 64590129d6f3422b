import { useState } from 'react';

export interface Action {
  /** Whether it is under way. */
  readonly isBusy: boolean;
  /** What ended it last; undefined after it has worked. */
  readonly error: unknown;
  /** Does it. What it throws is the error. */
  run(work: () => Promise<unknown>): Promise<void>;
  /** Drops the error, once the viewer changes what it is about. */
  forget(): void;
}

/** Something that the viewer starts, and may have to start again. */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  return {
    isBusy,
    error,
    async run(work) {
      setBusy(true);
      setError(undefined);
      try {
        await work();
      } catch (problem) {
        setError(problem);
      }
      setBusy(false);
    },
    forget: () => setError(undefined),
  };
}

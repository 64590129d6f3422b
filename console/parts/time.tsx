import Box from '@mui/material/Box';
import { useSyncExternalStore } from 'react';
import { durationText, exactText, relativeText, utcText } from './times.ts';

const TICK_MS = 1000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

/** All times of a page move on together, by one timer that runs while there are any. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const each of listeners) each();
    }, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** The time now in milliseconds since the epoch, by the second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** A text that only changes when it reads differently: a list of times renders what has changed alone. */
const useRelative = (at: number): string => useSyncExternalStore(subscribe, () => relativeText(at, now));

/** A moment: how long ago or ahead, with the exact one in the viewer's zone and in UTC on hover. */
export function Time({ at }: { readonly at: string | number }) {
  const ms = typeof at === 'number' ? at : Date.parse(at);
  const text = useRelative(ms);
  if (Number.isNaN(ms)) return <>{String(at)}</>;
  return (
    <time
      dateTime={new Date(ms).toISOString()}
      style={NO_WRAP}
      // Written when it is wanted: a list has hundreds of times, and few are pointed at.
      onPointerEnter={({ currentTarget }) => {
        currentTarget.title = `${exactText(ms)}\n${utcText(ms)}`;
      }}
    >
      {text}
    </time>
  );
}

const NO_WRAP = { whiteSpace: 'nowrap' } as const;

export function Duration({ ms }: { readonly ms: number }) {
  return (
    <Box component="span" sx={{ whiteSpace: 'nowrap' }}>
      {durationText(ms)}
    </Box>
  );
}

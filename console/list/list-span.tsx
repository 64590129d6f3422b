import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { useMemo, useState } from 'react';
import { useTimeRange } from '../app/time-range.ts';
import { useUrlState } from '../app/url-state.ts';
import { type ListSpan, spanOf } from './span.ts';

/**
 * The span of a list: that of the top bar, or any time. A span that ends now begins where it began when the list was first
 * shown, so that the list does not start anew every time that the clock moves on.
 * @param what the list is of, in the plural, with a capital
 * @param isAgeless whether it is of what waits or is dead
 * @param isOfEvents whether it is of events themselves
 */
export function useListSpan(what: string, isAgeless: boolean, isOfEvents = false): ListSpan {
  const [range] = useTimeRange();
  const [url] = useUrlState();
  const time = url.get('time');
  const key = range.name ?? `${range.from} ${range.to}`;
  const [pinned, setPinned] = useState({ key, range });
  if (pinned.key !== key) setPinned({ key, range });
  const shown = pinned.key === key ? pinned.range : range;
  return useMemo(
    () => spanOf({ range: shown, time, isAgeless, what, isOfEvents }),
    [shown, time, isAgeless, what, isOfEvents],
  );
}

/** Says which time a list covers, with a button for the other choice. */
export function SpanLine({ of: { text, other } }: { readonly of: ListSpan }) {
  const [, change] = useUrlState();
  return (
    <Box component="span">
      {text}.{' '}
      {other && (
        <Link
          component="button"
          type="button"
          onClick={() => change({ time: other.value }, { push: true })}
          sx={{ font: 'inherit', verticalAlign: 'baseline' }}
        >
          {other.text}
        </Link>
      )}
    </Box>
  );
}

import MenuItem from '@mui/material/MenuItem';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { lazy, Suspense } from 'react';
import { useUrlState } from '../../app/url-state.ts';
import { Section } from '../layout.tsx';
import { RequestTab } from './request-tab.tsx';
import { ResponseTab } from './response-tab.tsx';
import type { Delivery } from './types.ts';
import { useChosenAttempt } from './use-chosen-attempt.ts';
import { outcomeText } from './words.ts';

const Verify = lazy(() => import('./verify.tsx'));

const SHOWN = ['response', 'request', 'verify'] as const;
type Shown = (typeof SHOWN)[number];

/** An attempt: what came back, what was sent, and how to verify it. */
export default function Attempts({ delivery }: { readonly delivery: Delivery }) {
  const { attempts, event } = delivery;
  const { chosen, choose } = useChosenAttempt(attempts);
  const [url, change] = useUrlState();
  const shown: Shown = SHOWN.find((each) => each === url.get('show')) ?? 'response';
  if (!chosen) {
    return (
      <Section title="Attempts">
        <Typography color="textSecondary">
          Nothing was sent yet. An attempt shows here a second or two after it was made.
        </Typography>
      </Section>
    );
  }
  return (
    <Section
      title={attempts.length === 1 ? 'Attempt' : 'Attempts'}
      actions={
        <TextField
          select
          label="Attempt"
          value={chosen.number}
          onChange={({ target }) => choose(Number(target.value))}
          sx={{ minWidth: 160 }}
        >
          {attempts.toReversed().map((each) => (
            <MenuItem key={each.number} value={each.number}>
              {each.number}: {outcomeText(each)}
            </MenuItem>
          ))}
        </TextField>
      }
    >
      <Tabs
        value={shown}
        onChange={(_, next: Shown) => change({ show: next === 'response' ? undefined : next })}
        aria-label="What to show of the attempt"
        variant="scrollable"
        sx={{ minHeight: 36, mb: 2, borderBottom: 1, borderColor: 'divider' }}
      >
        <Tab value="response" label="Response" sx={{ minHeight: 36 }} />
        <Tab value="request" label="Request" sx={{ minHeight: 36 }} />
        <Tab value="verify" label="Verify it yourself" sx={{ minHeight: 36 }} />
      </Tabs>
      {shown === 'response' && <ResponseTab attempt={chosen} />}
      {shown === 'request' && <RequestTab attempt={chosen} eventId={event.id} />}
      {shown === 'verify' && (
        <Suspense>
          <Verify attempt={chosen} />
        </Suspense>
      )}
    </Section>
  );
}

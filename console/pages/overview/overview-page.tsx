import Box from '@mui/material/Box';
import { lazy, Suspense } from 'react';
import { $api } from '../../api/client.ts';
import { useTimeRange } from '../../app/time-range.ts';
import { useRefresh } from '../../live/use-refresh.ts';
import { PageHead } from '../../parts/layout.tsx';
import { useScope } from '../../parts/limited.ts';
import { Problem } from '../../parts/problem.tsx';
import { ActivitySection } from './activity-section.tsx';
import { AttentionSection } from './attention-section.tsx';
import { Figures } from './figures.tsx';
import { FirstSteps } from './first-steps.tsx';

/** Below the rest, and with words that the rest can do without. */
const LatestOutcomes = lazy(() => import('./latest-outcomes.tsx'));

/** How often counters are read again while deliveries happen: they are exact to the minute. */
const COUNTERS_MS = 5000;

/** Whether webhooks arrive, and if not, whether it is us or them. */
export function Page() {
  const [range] = useTimeRange();
  const { from, to, interval } = range;
  const scope = useScope();
  const query = { params: { query: { from, to, interval, ...scope } } };
  const metrics = $api.useQuery('get', '/v1/metrics', query, { placeholderData: (before) => before });
  const stats = $api.useQuery('get', '/stats', { params: { query: { from, to, ...scope } } }, KEEP);
  const endpoints = $api.useQuery('get', '/v1/targets', { params: { query: { limit: 1 } } });
  useRefresh(({ outcomes }) => (outcomes?.length ?? 0) > 0, ['/v1/metrics', '/stats'], COUNTERS_MS);
  useRefresh(
    ({ targets, changed }) => targets !== undefined || changed?.includes('targets') === true,
    ['/v1/targets'],
  );
  return (
    <>
      <PageHead title="Overview" />
      <Problem error={metrics.error ?? stats.error} onRetry={() => void metrics.refetch()} />
      {endpoints.data?.items.length === 0 && <FirstSteps />}
      <Figures metrics={metrics.data} undelivered={stats.data?.undelivered} range={range} scope={scope} />
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 5fr) minmax(0, 3fr)' },
          columnGap: 2,
          alignItems: 'start',
        }}
      >
        <ActivitySection series={metrics.data?.series} interval={metrics.data?.interval ?? interval} />
        <AttentionSection hasEndpoints={endpoints.data?.items.length !== 0} />
      </Box>
      <Suspense>
        <LatestOutcomes key={scope.targetId} scope={scope} />
      </Suspense>
    </>
  );
}

const KEEP = { placeholderData: <T,>(before: T): T => before } as const;

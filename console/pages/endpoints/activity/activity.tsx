import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { keepPreviousData } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { $api } from '../../../api/client.ts';
import type { Answer } from '../../../api/types.ts';
import { linkTo } from '../../../app/links.ts';
import { useTimeRange } from '../../../app/time-range.ts';
import { useRefresh } from '../../../live/use-refresh.ts';
import { Figure } from '../../../parts/figure.tsx';
import { Section } from '../../../parts/layout.tsx';
import { countText, shareText } from '../../../parts/numbers.ts';
import { Problem } from '../../../parts/problem.tsx';
import { durationText } from '../../../parts/times.ts';
import type { Target } from '../use-endpoint.ts';
import { FailureReasons } from './failure-reasons.tsx';
import { RecentFailures } from './recent-failures.tsx';

const Chart = lazy(() => import('./activity-chart.tsx'));
/** The legend stands above the chart's own height. */
const [HEIGHT, LEGEND_HEIGHT] = [240, 32];

type Metrics = Answer<'/v1/metrics'>;

/** What was sent to an endpoint within the range of the top bar, and what came of it. */
export function Activity({ target }: { readonly target: Target }) {
  const [{ from, to, interval, label }] = useTimeRange();
  const query = { targetId: target.id, from, to, interval };
  const {
    data: metrics,
    error,
    refetch,
  } = $api.useQuery(
    'get',
    '/v1/metrics',
    { params: { query } },
    {
      // The ends of a range move on; until its figures are there, those before stand.
      placeholderData: keepPreviousData,
    },
  );
  useRefresh(
    ({ outcomes }) => Boolean(outcomes?.some(({ targetId }) => targetId === target.id)),
    ['/v1/metrics'],
    5000,
  );
  return (
    <>
      <Section title={`Attempts, ${label.toLowerCase()}`}>
        <Problem error={error} onRetry={() => void refetch()} />
        {metrics && <Figures metrics={metrics} targetId={target.id} range={{ from, to }} />}
        <Box sx={{ height: HEIGHT }}>
          {metrics && metrics.total.attempts > 0 && (
            <Suspense fallback={<LinearProgress aria-label="Loading the chart" />}>
              <Chart metrics={metrics} height={HEIGHT - LEGEND_HEIGHT} />
            </Suspense>
          )}
          {metrics && metrics.total.attempts === 0 && (
            <Typography color="textSecondary" sx={{ pt: 4, textAlign: 'center' }}>
              Nothing was sent in this time. Choose a longer range in the bar above, or send a test event.
            </Typography>
          )}
        </Box>
      </Section>
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 2fr) minmax(0, 3fr)' },
          columnGap: 2,
          alignItems: 'start',
        }}
      >
        <FailureReasons target={target} from={from} to={to} />
        <RecentFailures id={target.id} />
      </Box>
    </>
  );
}

interface FiguresProps {
  readonly metrics: Metrics;
  readonly targetId: string;
  readonly range: { readonly from: string; readonly to: string };
}

function Figures({ metrics: { total, series }, targetId, range }: FiguresProps) {
  const to = (status: string): string => linkTo.deliveries({ targetId, status, ...range });
  const ms = (value: number | null): string => (value === null ? '–' : durationText(value));
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1.5,
        mb: 2,
        gridTemplateColumns: { xs: 'repeat(2, minmax(0, 1fr))', md: 'repeat(5, minmax(0, 1fr))' },
      }}
    >
      <Figure
        label="Delivered"
        value={countText(total.delivered)}
        to={to('delivered')}
        over={series.map(({ delivered }) => delivered)}
      />
      <Figure
        label="Success of attempts"
        value={total.attemptSuccessRate === null ? '–' : shareText(total.attemptSuccessRate)}
        hint={`of ${countText(total.attempts)}`}
        to={to('retrying,parked,dead')}
      />
      <Figure
        label="Dead letters"
        value={countText(total.dead)}
        to={to('dead')}
        over={series.map(({ dead }) => dead)}
      />
      <Figure label="Answer, p50" value={ms(total.answerMs.p50)} to={to('delivered')} />
      <Figure label="Answer, p95" value={ms(total.answerMs.p95)} to={to('delivered')} />
    </Box>
  );
}

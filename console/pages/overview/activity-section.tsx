import Skeleton from '@mui/material/Skeleton';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { lazy, Suspense, useMemo } from 'react';
import type { Answer } from '../../api/types.ts';
import { useUrlState } from '../../app/url-state.ts';
import { Section } from '../../parts/layout.tsx';
import { barsOf } from './bars.ts';

const ActivityChart = lazy(() => import('./activity-chart.tsx'));

const HEIGHT = 280;

interface ActivitySectionProps {
  readonly series: Answer<'/v1/metrics'>['series'] | undefined;
  readonly interval: 'minute' | 'hour' | 'day';
}

/** Deliveries over time, by outcome or by how long they took. */
export function ActivitySection({ series, interval }: ActivitySectionProps) {
  const [url, change] = useUrlState();
  const shown = url.get('chart') === 'latency' ? 'latency' : 'outcomes';
  const bars = useMemo(() => barsOf(series ?? [], interval), [series, interval]);
  return (
    <Section
      title="Deliveries over time"
      actions={
        <ToggleButtonGroup
          exclusive
          size="small"
          value={shown}
          aria-label="What the chart shows"
          onChange={(_, next: string | null) =>
            next && change({ chart: next === 'outcomes' ? undefined : next })
          }
        >
          <ToggleButton value="outcomes" sx={{ py: 0.25 }}>
            Outcomes
          </ToggleButton>
          <ToggleButton value="latency" sx={{ py: 0.25 }}>
            Time to delivery
          </ToggleButton>
        </ToggleButtonGroup>
      }
    >
      <Suspense fallback={<Skeleton variant="rounded" height={HEIGHT} />}>
        {series ? (
          <ActivityChart bars={bars} shown={shown} height={HEIGHT} />
        ) : (
          <Skeleton variant="rounded" height={HEIGHT} />
        )}
      </Suspense>
    </Section>
  );
}

import { useTheme } from '@mui/material/styles';
import { BarChart } from '@mui/x-charts/BarChart';
import type { Answer } from '../../../api/types.ts';
import { countText } from '../../../parts/numbers.ts';
import { clockText } from '../../../parts/times.ts';

interface ActivityChartProps {
  readonly metrics: Answer<'/v1/metrics'>;
  readonly height: number;
}

/** Attempts by outcome over time. */
export default function ActivityChart({ metrics: { series, interval }, height }: ActivityChartProps) {
  const theme = useTheme();
  const { status } = (theme.vars ?? theme).palette;
  const label = (at: string): string =>
    interval === 'day'
      ? new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' }).format(new Date(at))
      : clockText(at);
  return (
    <BarChart
      height={height}
      skipAnimation
      borderRadius={1}
      // Half of the last label stands beyond the plot.
      margin={{ left: 0, right: 24, top: 8, bottom: 0 }}
      grid={{ horizontal: true }}
      xAxis={[
        {
          scaleType: 'band',
          data: series.map(({ at }) => at),
          valueFormatter: label,
          categoryGapRatio: 0.25,
          tickLabelMinGap: 24,
          disableLine: true,
          disableTicks: true,
        },
      ]}
      yAxis={[
        {
          width: 44,
          tickMinStep: 1,
          valueFormatter: (value: number) => countText(value),
          disableLine: true,
          disableTicks: true,
        },
      ]}
      series={[
        {
          label: 'Succeeded',
          data: series.map(({ attempts, failedAttempts }) => attempts - failedAttempts),
          stack: 'attempts',
          color: status.delivered,
        },
        {
          label: 'Failed',
          data: series.map(({ failedAttempts }) => failedAttempts),
          stack: 'attempts',
          color: status.dead,
        },
      ]}
      slotProps={{ legend: { position: { vertical: 'top', horizontal: 'end' } } }}
    />
  );
}

import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import Typography from '@mui/material/Typography';
import { BarChart } from '@mui/x-charts/BarChart';
import { LineChart } from '@mui/x-charts/LineChart';
import { useTimeRange } from '../../app/time-range.ts';
import { countText } from '../../parts/numbers.ts';
import { clockText, durationText, rangeText } from '../../parts/times.ts';
import { type Bar, spanBetween } from './bars.ts';
import { DragSelect } from './drag-select.tsx';

interface ActivityChartProps {
  readonly bars: readonly Bar[];
  readonly shown: 'outcomes' | 'latency';
  readonly height: number;
}

/** Half of the last label stands beyond the plot. */
const MARGIN = { left: 0, right: 24, top: 8, bottom: 0 } as const;
const Y_AXIS_WIDTH = 44;

/** Loaded apart from the page, since charts are large. */
export default function ActivityChart({ bars, shown, height }: ActivityChartProps) {
  const theme = useTheme();
  const [, setRange] = useTimeRange();
  const { status } = (theme.vars ?? theme).palette;
  const isEmpty = bars.every(({ delivered, failed, dead }) => delivered + failed + dead === 0);
  const dataset = bars.map((bar) => ({ ...bar }));
  const common = {
    dataset,
    height,
    margin: MARGIN,
    grid: { horizontal: true },
    skipAnimation: true,
    xAxis: [
      {
        dataKey: 'from',
        scaleType: 'band' as const,
        tickLabelMinGap: 24,
        disableTicks: true,
        valueFormatter: (at: number, { location }: { location: string }) =>
          location === 'tooltip' ? rangeText(iso(at), iso(endOf(bars, at))) : clockText(at),
      },
    ],
  };
  return (
    <Box sx={{ position: 'relative' }}>
      {shown === 'outcomes' ? (
        <BarChart
          {...common}
          yAxis={[
            {
              width: Y_AXIS_WIDTH,
              min: 0,
              ...(isEmpty && { max: 1 }),
              domainLimit: 'nice',
              tickMinStep: 1,
              valueFormatter: countText,
            },
          ]}
          series={[
            {
              dataKey: 'delivered',
              label: 'Delivered',
              stack: 'all',
              color: status.delivered,
              valueFormatter: countOrNone,
            },
            {
              dataKey: 'failed',
              label: 'Failed attempts',
              stack: 'all',
              color: status.retrying,
              valueFormatter: countOrNone,
            },
            { dataKey: 'dead', label: 'Dead', stack: 'all', color: status.dead, valueFormatter: countOrNone },
          ]}
        />
      ) : (
        <LineChart
          {...common}
          xAxis={[{ ...common.xAxis[0]!, scaleType: 'point' }]}
          yAxis={[{ width: Y_AXIS_WIDTH, min: 0, valueFormatter: durationText }]}
          series={[
            {
              dataKey: 'p50',
              label: 'p50',
              color: status.waiting,
              showMark: false,
              valueFormatter: durationOrNone,
            },
            {
              dataKey: 'p95',
              label: 'p95',
              color: status.retrying,
              showMark: false,
              valueFormatter: durationOrNone,
            },
          ]}
        />
      )}
      <DragSelect
        left={Y_AXIS_WIDTH}
        right={MARGIN.right}
        onSelect={(start, end) => {
          const span = spanBetween(bars, start, end);
          if (span) setRange(span);
        }}
      />
      {isEmpty && (
        <Typography
          color="textSecondary"
          sx={{
            position: 'absolute',
            inset: 0,
            m: 'auto',
            height: 24,
            textAlign: 'center',
            pointerEvents: 'none',
          }}
        >
          Nothing was delivered in this time.
        </Typography>
      )}
      <Typography
        variant="body2"
        color="textSecondary"
        sx={{ mt: 0.5, display: { xs: 'none', md: 'block' } }}
      >
        Drag over the chart to show a part of it alone.
      </Typography>
    </Box>
  );
}

const iso = (at: number): string => new Date(at).toISOString();
const endOf = (bars: readonly Bar[], at: number): number => bars.find(({ from }) => from === at)?.to ?? at;
const countOrNone = (count: number | null): string | null => (count ? countText(count) : null);
const durationOrNone = (ms: number | null): string | null => (ms === null ? null : durationText(ms));

import Box from '@mui/material/Box';
import type { Answer } from '../../api/types.ts';
import { linkTo } from '../../app/links.ts';
import type { TimeRange } from '../../app/time-range.ts';
import { Figure } from '../../parts/figure.tsx';
import { countText, shareText } from '../../parts/numbers.ts';
import type { Scope } from '../../parts/scope.ts';
import { durationText } from '../../parts/times.ts';

interface FiguresProps {
  readonly metrics: Answer<'/v1/metrics'> | undefined;
  readonly undelivered: Answer<'/stats'>['undelivered'] | undefined;
  readonly range: TimeRange;
  readonly scope: Scope;
}

/** Shown until a number is known, and where there is none. */
const NONE = '–';

/** Six figures, each a link to what is behind it. */
export function Figures({ metrics, undelivered, range, scope }: FiguresProps) {
  const { total, series = [] } = metrics ?? {};
  const span: Record<string, string> = {
    ...scope,
    ...(range.name === undefined ? { from: range.from, to: range.to } : { range: range.name }),
  };
  const number = (of: number | undefined): string => (of === undefined ? NONE : countText(of));
  const isCut = undelivered?.isCut ? '+' : '';
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1.5,
        mb: 2,
        gridTemplateColumns: {
          xs: 'repeat(2, minmax(0, 1fr))',
          sm: 'repeat(3, minmax(0, 1fr))',
          lg: 'repeat(6, minmax(0, 1fr))',
        },
      }}
    >
      <Figure
        label="Deliveries"
        value={number(total?.deliveries)}
        hint={range.label}
        to={linkTo.deliveries(span)}
        over={series.map(({ deliveries }) => deliveries)}
      />
      <Figure
        label="Delivered"
        value={number(total?.delivered)}
        hint={
          total && isShare(total.firstAttemptRate)
            ? `${shareText(total.firstAttemptRate)} at the first attempt`
            : ''
        }
        to={linkTo.deliveries({ ...span, status: 'delivered' })}
        over={series.map(({ delivered }) => delivered)}
      />
      <Figure
        label="Successful attempts"
        value={total ? shareOr(total.attemptSuccessRate) : NONE}
        hint={
          total && isShare(total.retryRate)
            ? `${countText(total.failedAttempts)} failed · ${shareText(total.retryRate)} retries`
            : ''
        }
        to={linkTo.deliveries({ ...span, status: 'retrying,parked,dead' })}
        over={series.map(({ attempts, failedAttempts }) => attempts - failedAttempts)}
      />
      <Figure
        label="Time to delivery, p95"
        value={durationOr(total?.latencyMs.p95)}
        hint={total?.latencyMs.p50 == null ? '' : `p50 ${durationText(total.latencyMs.p50)}`}
        to={linkTo.deliveries({ ...span, status: 'delivered' })}
        over={series.map(({ latencyMs }) => latencyMs.p95 ?? 0)}
      />
      <Figure
        label="Waiting now"
        value={undelivered ? countText(undelivered.waiting) + isCut : NONE}
        hint={
          undelivered?.retrying === undefined
            ? ''
            : `${countText(undelivered.retrying)} retrying, ${countText(undelivered.parked ?? 0)} parked`
        }
        to={linkTo.deliveries({ ...scope, status: 'retrying,parked' })}
      />
      <Figure
        label="Dead letters"
        // Of one endpoint all of them are not counted, but those of the range are.
        value={undelivered?.dead === undefined ? number(total?.dead) : countText(undelivered.dead) + isCut}
        hint={
          undelivered?.dead === undefined
            ? range.label
            : total && `${countText(total.dead)} died · ${range.label.toLowerCase()}`
        }
        to={linkTo.deadLetters(scope)}
        over={series.map(({ dead }) => dead)}
      />
    </Box>
  );
}

const isShare = (share: number | null): share is number => share !== null;
const shareOr = (share: number | null): string => (share === null ? NONE : shareText(share));
const durationOr = (ms: number | null | undefined): string => (ms == null ? NONE : durationText(ms));

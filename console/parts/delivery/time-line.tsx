import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import type { Theme } from '@mui/material/styles';
import Tooltip from '@mui/material/Tooltip';
import { durationText, exactText, utcText } from '../times.ts';
import { offsetText, type Step, type Steps } from './steps.ts';

interface TimeLineProps {
  readonly of: Steps;
  /** RFC 3339. */
  readonly acceptedAt: string;
  /** The attempt that is shown beside it. */
  readonly chosen?: number | undefined;
  onChoose?(attempt: number): void;
  /** For screen readers. */
  readonly label?: string;
  /** Whether the scale stands below; once is enough for several of one scale. */
  readonly isScaled?: boolean;
}

/** What happened, line by line, each with its moment and, drawn to one scale, how long it took. */
export function TimeLine({
  of: { steps, total },
  acceptedAt,
  chosen,
  onChoose,
  label = 'Time line',
  isScaled = true,
}: TimeLineProps) {
  const start = Date.parse(acceptedAt);
  return (
    <Box component="ol" aria-label={label} sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {steps.map((step) => {
        const isChosen = step.attempt !== undefined && step.attempt === chosen;
        const { attempt } = step;
        return (
          <Box component="li" key={step.key} sx={{ display: 'block' }}>
            <Box
              {...(attempt !== undefined &&
                onChoose && {
                  component: ButtonBase,
                  onClick: () => onChoose(attempt),
                  'aria-pressed': isChosen,
                })}
              sx={{
                ...ROW,
                bgcolor: isChosen ? 'action.selected' : undefined,
                '&:is(button):hover, &:is(button):focus-visible': { bgcolor: 'action.hover' },
              }}
            >
              <Offset ms={step.offset} at={start + step.offset} />
              <Box sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>{step.text}</Box>
              <Bar step={step} total={total} />
            </Box>
          </Box>
        );
      })}
      {isScaled && (
        <Box component="li" aria-hidden sx={{ ...ROW, color: 'text.secondary', fontSize: '0.75rem' }}>
          <Box
            sx={{
              gridColumn: { xs: 2, sm: 3 },
              display: 'flex',
              justifyContent: 'space-between',
              borderTop: 1,
              borderColor: 'divider',
            }}
          >
            <span>0</span>
            <span>{durationText(total)}</span>
          </Box>
        </Box>
      )}
    </Box>
  );
}

const ROW = {
  display: 'grid',
  gridTemplateColumns: { xs: '72px minmax(0, 1fr)', sm: '84px minmax(0, 3fr) minmax(80px, 2fr)' },
  columnGap: 1.5,
  alignItems: 'center',
  width: '100%',
  minHeight: 28,
  py: 0.25,
  px: 1,
  borderRadius: 1,
  textAlign: 'left',
  font: 'inherit',
} as const;

function Offset({ ms, at }: { readonly ms: number; readonly at: number }) {
  return (
    <Tooltip
      title={
        <>
          {exactText(at)}
          <br />
          {utcText(at)}
        </>
      }
    >
      <Box
        component="time"
        dateTime={new Date(at).toISOString()}
        sx={{ color: 'text.secondary', whiteSpace: 'nowrap', textAlign: 'right' }}
      >
        {offsetText(ms)}
      </Box>
    </Tooltip>
  );
}

/** From its beginning to its end on the scale of the whole; at least wide enough to be seen. */
function Bar({ step, total }: { readonly step: Step; readonly total: number }) {
  const left = (step.offset / total) * 100;
  const width = ((step.lasts ?? 0) / total) * 100;
  const isThin = step.kind === 'wait';
  return (
    <Box
      aria-hidden
      sx={{
        gridColumn: { xs: '2', sm: 'auto' },
        position: 'relative',
        height: { xs: step.kind === 'moment' ? 0 : 8, sm: 12 },
        overflow: 'hidden',
      }}
    >
      <Box
        sx={(theme: Theme) => ({
          position: 'absolute',
          top: '50%',
          transform: 'translateY(-50%)',
          borderRadius: 1,
          color: (theme.vars ?? theme).palette.status[step.colour],
          height: isThin ? 4 : 8,
          ...(step.isOpen
            ? {
                backgroundImage: 'repeating-linear-gradient(90deg, currentColor 0 4px, transparent 4px 7px)',
              }
            : { bgcolor: 'currentColor' }),
          opacity: isThin ? 0.65 : 1,
        })}
        style={{ left: `min(${left}%, calc(100% - 4px))`, width: `max(4px, ${width}%)` }}
      />
    </Box>
  );
}

import Box from '@mui/material/Box';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { DAYS, type Week } from '../filter/form.ts';
import { withHour } from '../filter/hours.ts';

interface WeekGridProps {
  readonly week: Week;
  onWeek(week: Week): void;
  readonly isWrong: boolean;
}

const NAMES = { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' } as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const MARKED = [0, 6, 12, 18];

/** Hours to paint with the pointer, or to turn on and off with the arrows and the space bar. */
export function WeekGrid({ week, onWeek, isWrong }: WeekGridProps) {
  const [at, setAt] = useState({ day: 0, hour: 9 });
  const painted = useRef<{ isOn: boolean; week: Week }>(undefined);
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const end = (): void => {
      painted.current = undefined;
    };
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
    return () => {
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', end);
    };
  }, []);

  function paint(day: number, hour: number): void {
    if (!painted.current) return;
    const { isOn } = painted.current;
    // Several hours can be passed before the page is drawn again.
    const next = withHour(painted.current.week, day, hour, isOn);
    painted.current = { isOn, week: next };
    onWeek(next);
  }
  function begin(day: number, hour: number): void {
    painted.current = { isOn: !week[day]![hour], week };
    setAt({ day, hour });
    paint(day, hour);
  }
  function onKey(event: KeyboardEvent): void {
    const [days, hours] = STEPS[event.key] ?? [0, 0];
    if (event.key === ' ' || event.key === 'Enter') {
      onWeek(withHour(week, at.day, at.hour, !week[at.day]![at.hour]));
    } else if (days !== 0 || hours !== 0) {
      const next = { day: (at.day + days + 7) % 7, hour: (at.hour + hours + 24) % 24 };
      setAt(next);
      grid.current?.querySelector<HTMLElement>(`[data-hour="${next.day}-${next.hour}"]`)?.focus();
    } else {
      return;
    }
    event.preventDefault();
  }

  return (
    <Box
      ref={grid}
      role="grid"
      aria-label="Hours of the week"
      aria-invalid={isWrong || undefined}
      onKeyDown={onKey}
      sx={{ userSelect: 'none', touchAction: 'none' }}
    >
      {DAYS.map((name, day) => (
        <Box key={name} role="row" sx={ROW}>
          <Box role="rowheader" sx={{ color: 'text.secondary', fontSize: '0.75rem', lineHeight: '20px' }}>
            {NAMES[name]}
          </Box>
          {HOURS.map((hour) => {
            const isOn = week[day]![hour]!;
            return (
              <Box
                key={hour}
                role="gridcell"
                aria-selected={isOn}
                aria-label={`${NAMES[name]} ${hour}:00`}
                data-hour={`${day}-${hour}`}
                tabIndex={at.day === day && at.hour === hour ? 0 : -1}
                onFocus={() => setAt({ day, hour })}
                onPointerDown={({ currentTarget, pointerId }) => {
                  // A finger would otherwise keep all moves for the hour that it began in.
                  if (currentTarget.hasPointerCapture(pointerId))
                    currentTarget.releasePointerCapture(pointerId);
                  begin(day, hour);
                }}
                onPointerEnter={() => paint(day, hour)}
                sx={{
                  height: 20,
                  borderRadius: 0.5,
                  cursor: 'pointer',
                  bgcolor: isOn ? 'primary.main' : 'action.hover',
                  opacity: isOn ? 0.85 : 1,
                  borderLeft: hour % 6 === 0 ? 1 : 0,
                  borderColor: 'divider',
                  '&:focus-visible': { outline: '2px solid', outlineOffset: 1 },
                }}
              />
            );
          })}
        </Box>
      ))}
      <Box aria-hidden sx={ROW}>
        <span />
        {HOURS.map((hour) => (
          <Box
            key={hour}
            sx={{ fontSize: '0.6875rem', color: 'text.secondary', width: 0, whiteSpace: 'nowrap' }}
          >
            {MARKED.includes(hour) && `${hour}:00`}
          </Box>
        ))}
      </Box>
    </Box>
  );
}

const ROW = {
  display: 'grid',
  gridTemplateColumns: '32px repeat(24, minmax(0, 1fr))',
  gap: '2px',
  mb: '2px',
};

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

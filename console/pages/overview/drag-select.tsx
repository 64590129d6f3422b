import Box from '@mui/material/Box';
import { type PointerEvent, useRef, useState } from 'react';

interface DragSelectProps {
  /** Pixels beside the plot. */
  readonly left: number;
  readonly right: number;
  /** Gets both ends as shares of the plot's width, from 0 to 1. */
  onSelect(start: number, end: number): void;
}

/** A shorter drag is a click. */
const LEAST_PX = 8;

/**
 * Selects a part of what it lies over by dragging with a mouse or pen. A finger scrolls the page instead; for it, and for the
 * keyboard, there is the time range of the top bar.
 */
export function DragSelect({ left, right, onSelect }: DragSelectProps) {
  const box = useRef<HTMLDivElement>(null);
  const [span, setSpan] = useState<readonly [number, number]>();
  const placeOf = ({ clientX }: PointerEvent): number => {
    const { left: start, width } = box.current!.getBoundingClientRect();
    return Math.min(width, Math.max(0, clientX - start));
  };
  return (
    <Box
      ref={box}
      aria-hidden
      onPointerDown={(event) => {
        if (event.pointerType === 'touch' || event.button !== 0) return;
        box.current?.setPointerCapture(event.pointerId);
        const at = placeOf(event);
        setSpan([at, at]);
      }}
      onPointerMove={(event) => {
        if (span) setSpan([span[0], placeOf(event)]);
        else pass(event);
      }}
      onPointerUp={() => {
        const width = box.current?.clientWidth ?? 1;
        if (span && Math.abs(span[1] - span[0]) >= LEAST_PX) onSelect(span[0] / width, span[1] / width);
        setSpan(undefined);
      }}
      onPointerCancel={() => setSpan(undefined)}
      onPointerLeave={pass}
      sx={{
        position: 'absolute',
        top: 32,
        bottom: 48,
        left,
        right,
        cursor: 'crosshair',
        touchAction: 'pan-y',
      }}
    >
      {span && (
        <Box
          sx={{
            position: 'absolute',
            insetBlock: 0,
            left: Math.min(...span),
            width: Math.abs(span[1] - span[0]),
            bgcolor: 'primary.main',
            opacity: 0.2,
          }}
        />
      )}
    </Box>
  );
}

/** The chart below shows its numbers where the pointer is. */
function pass(event: PointerEvent<HTMLElement>): void {
  const surface = event.currentTarget.parentElement?.querySelector('svg');
  surface?.dispatchEvent(new globalThis.PointerEvent(event.type, { ...pointOf(event), bubbles: true }));
}

const pointOf = ({ clientX, clientY, pointerId, pointerType }: PointerEvent) => ({
  clientX,
  clientY,
  pointerId,
  pointerType,
});

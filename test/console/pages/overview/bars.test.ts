import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsOf, spanBetween } from '../../../../console/pages/overview/bars.ts';

type Point = Parameters<typeof barsOf>[0][number];

const START = Date.parse('2026-11-27T12:00:00.000Z');
const point = (
  minute: number,
  values: Partial<Record<'delivered' | 'failedAttempts' | 'dead', number>>,
  p95: number | null = null,
): Point =>
  ({
    at: new Date(START + minute * 60_000).toISOString(),
    delivered: 0,
    failedAttempts: 0,
    dead: 0,
    latencyMs: { p50: p95, p95 },
    ...values,
  }) as Point;

describe('the bars of a chart', () => {
  it('are few, touch each other, and lose nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 500 }), (counts) => {
        const bars = barsOf(
          counts.map((delivered, i) => point(i, { delivered })),
          'minute',
        );
        expect(bars.length).toBeLessThanOrEqual(72);
        expect(bars.reduce((sum, bar) => sum + bar.delivered, 0)).toBe(counts.reduce((a, b) => a + b, 0));
        bars.slice(1).forEach((bar, i) => {
          expect(bar.from).toBe(bars[i]!.to);
        });
      }),
    );
  });

  it('count an attempt that made a dead letter once', () => {
    const [bar] = barsOf([point(0, { failedAttempts: 5, dead: 2 })], 'minute');
    expect(bar).toMatchObject({ failed: 3, dead: 2 });
  });

  it('keep the highest latency, and none where nothing was delivered', () => {
    const series = [point(0, {}, 80), point(1, {}, 900), point(2, {}), point(3, {})];
    expect(barsOf(series, 'minute', 2).map(({ p95 }) => p95)).toEqual([900, null]);
  });
});

describe('a dragged range', () => {
  const bars = barsOf(
    Array.from({ length: 10 }, (_, i) => point(i, {})),
    'minute',
  );
  const at = (minute: number): string => new Date(START + minute * 60_000).toISOString();

  it.each([
    [0, 1, 0, 10],
    [0.25, 0.45, 2, 5],
    [0.45, 0.25, 2, 5],
    [-1, 0.05, 0, 1],
  ])('from %d to %d has whole bars', (start, end, from, to) => {
    expect(spanBetween(bars, start, end)).toEqual({ from: at(from), to: at(to) });
  });

  it('is none of no bars', () => expect(spanBetween([], 0, 1)).toBeUndefined());
});

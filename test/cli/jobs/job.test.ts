import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ending, exitOf, type Job } from '../../../cli/jobs/job.ts';
import { measureAfter, progressLine, shareDone } from '../../../cli/jobs/progress.ts';

const job = (some: Partial<Job> = {}): Job => ({
  id: 'rpl_1',
  state: 'running',
  action: 'send',
  deliveries: 'dead',
  looked: 0,
  sent: 0,
  purged: 0,
  skipped: 0,
  skippedFor: {},
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
  ...some,
});

describe('what is said of a job (A20)', () => {
  it.each<[Partial<Job>, string, number]>([
    [{ state: 'completed', sent: 1200 }, 'Done: 1,200 sent again.', 0],
    [
      { state: 'completed', sent: 2, skipped: 4, skippedFor: { under_way: 1, held: 3 } },
      'Done: 2 sent again, and skipped 4: 3 held, 1 under_way.',
      0,
    ],
    [{ state: 'completed', action: 'purge', purged: 7 }, 'Done: 7 purged.', 0],
    [{ state: 'cancelled', sent: 5 }, 'It is cancelled. 5 were sent again before, and these go on.', 1],
    [{ state: 'cancelled', action: 'purge' }, 'It is cancelled. 0 were purged before.', 1],
    [
      { state: 'failed', problem: 'target_disabled', sent: 3 },
      'It has failed: target_disabled. 3 were sent again before.',
      1,
    ],
    [
      {},
      'It goes on. `posthorn replays watch rpl_1` follows it, `posthorn replays cancel rpl_1` ends it.',
      1,
    ],
  ])('%j', (some, text, code) => {
    expect(ending(job(some))).toBe(text);
    expect(exitOf(job(some))).toBe(code);
  });
});

const at = (hour: number): string => new Date(Date.UTC(2026, 10, 21, hour)).toISOString();

describe('how far a job is (A20)', () => {
  it('is measured by the deliveries of its event', () => {
    const about = { deliveries: 'event', eventId: 'e' } as const;
    expect(shareDone(job({ ...about, looked: 3 }), { total: 4 })).toBe(0.75);
    expect(shareDone(job({ ...about, looked: 4 }), { total: 4 })).toBe(0.99);
    expect(shareDone(job({ ...about, state: 'completed', looked: 4 }), { total: 4 })).toBe(1);
    expect(shareDone(job(about), {})).toBeUndefined();
  });

  it('is measured by time from its first page on, where it is seen from its beginning', () => {
    const span = { from: at(0), to: at(10) };
    const measure = measureAfter({}, job(span), job({ ...span, reachedAt: at(8) }));
    expect(shareDone(job({ ...span, reachedAt: at(8) }), measure)).toBe(0);
    expect(shareDone(job({ ...span, reachedAt: at(9) }), measure)).toBe(0.5);
    expect(measureAfter(measure, job(span), job({ ...span, reachedAt: at(9) }))).toEqual(measure);
  });

  it('is measured by its span where it is met on its way', () => {
    const met = job({ from: at(0), to: at(10), reachedAt: at(8) });
    expect(shareDone(met, measureAfter({}, undefined, met))).toBe(0.8);
  });

  it('fits into the line of any terminal', () =>
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.nat(1_000_000),
        fc.option(fc.nat(1_000_000), { nil: undefined }),
        fc.integer({ min: 1, max: 200 }),
        (looked, skipped, total, columns) => {
          const line = progressLine(job({ looked, sent: looked, skipped }), { total }, columns);
          expect([...line].length).toBeLessThan(columns || 1);
        },
      ),
    ));

  it.each([
    [{ total: 4 }, '██████████████████████░░░░░░░░   75 %  3 looked at, 3 sent'],
    [{}, '░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  3 looked at, 3 sent'],
  ])('of %j it shows %s', (measure, line) =>
    expect(progressLine(job({ looked: 3, sent: 3 }), measure, 100)).toBe(line),
  );
});

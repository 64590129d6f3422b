import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventInFlight } from '../../../lambdas/events/event.ts';
import { type FanoutPlan, planFanout } from '../../../lambdas/fanout/fanout-plan.ts';
import type { Matching } from '../../../lambdas/matching/index/match-event.ts';
import {
  type Doubt,
  doubtAbout,
  type Fanout,
  nextSpan,
  type Place,
  type Progress,
  remedyFor,
  resumptionOf,
  SCANS,
  wasPaused,
} from '../../../lambdas/recovery/recovery.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;
const [FIRST, SECOND] = SCANS as [(typeof SCANS)[number], (typeof SCANS)[number]];

describe('spans of events to scan (C9)', () => {
  it('leave no moment out and take none twice, whenever runs come', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 100 * HOUR }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom(FIRST, SECOND), gaps, (scan, waits) => {
        let now = NOW;
        let progress: Progress | undefined;
        for (const wait of waits) {
          now += wait;
          const span = nextSpan(scan, progress, now);
          if (!span) continue;
          if (progress) expect(span.from).toBe(progress.upTo);
          expect(span.until).toBe(now - scan.ageMs);
          progress = { upTo: span.until };
        }
      }),
    );
  });

  it('go on where a run stopped, before anything new is begun', () => {
    const span = { from: NOW - 9 * HOUR, until: NOW - 8 * HOUR, tenant: 'ten_1', after: 'x' };
    expect(nextSpan(FIRST, { upTo: span.from, span }, NOW)).toBe(span);
  });

  it.each([
    [FIRST, 59 * 60_000, false],
    [FIRST, HOUR, true],
    [SECOND, 5 * HOUR, false],
    [SECOND, 6 * HOUR, true],
  ])('are not worth a scan before they are long enough (%#)', (scan, length, isDue) => {
    const span = nextSpan(scan, { upTo: NOW - scan.ageMs - length }, NOW);
    expect(span !== undefined).toBe(isDue);
  });

  it('are scanned while the log has them: 48 hours at the least', () => {
    for (const { ageMs, everyMs } of SCANS) expect(ageMs + everyMs).toBeLessThan(40 * HOUR);
  });
});

it.each<[string, Parameters<typeof doubtAbout>[0], Doubt | undefined]>([
  ['without an outcome', undefined, 'silent'],
  ['delivered', { status: 'delivered' }, undefined],
  ['dead', { status: 'dead' }, undefined],
  ['retrying soon', { status: 'retrying', nextAttemptAt: NOW + 1 }, undefined],
  ['retrying, a little late', { status: 'retrying', nextAttemptAt: NOW - HOUR }, undefined],
  ['retrying, late', { status: 'retrying', nextAttemptAt: NOW - HOUR - 1 }, 'late'],
  ['parked for tomorrow', { status: 'parked', nextAttemptAt: NOW + 20 * HOUR }, undefined],
  ['parked for yesterday', { status: 'parked', nextAttemptAt: NOW - 20 * HOUR }, 'late'],
  ['in its hold queue', { status: 'parked' }, 'waiting'],
])('a delivery %s', (_, stored, doubt) => {
  expect(doubtAbout(stored, NOW)).toBe(doubt);
});

const DOUBTS: Doubt[] = ['silent', 'late', 'waiting'];

it.each<[Place, boolean, boolean, Record<Doubt, ReturnType<typeof remedyFor>>]>([
  ['hold queue', false, false, { silent: 'drain', late: 'drain', waiting: 'drain' }],
  ['hold queue', true, true, { silent: 'drain', late: 'drain', waiting: 'drain' }],
  ['parking lot', true, false, { silent: 'none', late: 'none', waiting: 'none' }],
  ['nowhere', false, false, { silent: 'send', late: 'send', waiting: 'none' }],
  ['nowhere', false, true, { silent: 'none', late: 'none', waiting: 'none' }],
  ['nowhere', true, false, { silent: 'send', late: 'send', waiting: 'send' }],
  ['nowhere', true, true, { silent: 'send', late: 'send', waiting: 'send' }],
])(
  'a delivery in doubt that is found in the %s (last scan: %s, paused: %s)',
  (place, isLast, isPaused, remedies) => {
    const found = DOUBTS.map((doubt) => [doubt, remedyFor(doubt, place, { isLast }, isPaused)]);
    expect(Object.fromEntries(found)).toEqual(remedies);
  },
);

it.each([
  [undefined, false],
  [{}, false],
  [{ pausedUntil: NOW + 1 }, true],
  [{ pausedUntil: NOW - HOUR + 1 }, true],
  [{ pausedUntil: NOW - HOUR }, false],
])('a target with the health %j was paused lately: %s', (health, expected) => {
  expect(wasPaused(health, NOW)).toBe(expected);
});

it('goes on with a fanout that was lost at any pass, to the same end', () => {
  const scene = fc.record({
    matching: fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 25 }),
    total: fc.constant(41),
    limit: fc.integer({ min: 1, max: 10 }),
    scan: fc.integer({ min: 1, max: 15 }),
    lostAfter: fc.integer({ min: 1, max: 6 }),
  });
  fc.assert(
    fc.property(scene, ({ matching, total, limit, scan, lostAfter }) => {
      const idOf = (n: number): string => `sub_${String(n).padStart(2, '0')}`;
      const wanted = new Set(matching.map(idOf));
      const all = Array.from({ length: total }, (_, i) => idOf(i));
      const match = ({ resume }: EventInFlight): Matching<{ id: string }> => {
        const left = all.filter((id) => !resume || id > resume.after);
        const seen = left.slice(0, scan);
        const found = seen.filter((id) => wanted.has(id)).map((id) => ({ id }));
        return seen.length < left.length ? { found, scannedUpTo: seen.at(-1)! } : { found };
      };
      const log = new Map<
        number,
        { subscriptions: string[]; matched: number; isOpen?: boolean | undefined }
      >();
      const logged = (): Fanout => ({
        matched: Math.max(log.get(0)!.matched, log.get(0)!.subscriptions.length),
        isOpen: log.get(0)!.isOpen,
        subscriptions: [...log.values()].flatMap(({ subscriptions }) => subscriptions),
        lastPart: Math.max(...log.keys()),
      });
      const event: EventInFlight = {
        id: 'e',
        ulid: 'e',
        type: 'a',
        contentType: 'application/json',
        payload: { kind: 'text', text: '1' },
      };
      let next: EventInFlight | undefined = event;
      for (let pass = 1; next; pass++) {
        const { now, later }: FanoutPlan<EventInFlight, { id: string }> = planFanout([next], match, limit);
        for (const { part, subscriptions, matched, isOpen } of now.flatMap(({ parts }) => parts)) {
          log.set(part, { subscriptions: subscriptions.map(({ id }) => id), matched, isOpen });
        }
        const resume = resumptionOf(logged());
        expect(resume !== undefined).toBe(later.length > 0);
        // The message for the next pass is lost, and the log has to do.
        next = pass === lostAfter && resume ? { ...event, resume } : later[0];
      }
      expect([...logged().subscriptions].sort()).toEqual([...wanted].sort());
      expect(logged().matched).toBe(wanted.size);
      expect(resumptionOf(logged())).toBeUndefined();
    }),
  );
});

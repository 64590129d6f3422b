import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxLateMs } from '../../../lambdas/rate-limit/rate-limit.ts';
import { oneProbe } from '../../../simulate/invariants/one-probe.ts';
import { rateLimitsHold } from '../../../simulate/invariants/rate-limits.ts';
import { BEGINNING, invariantFinds, type WatchedHistory, watchedHistory } from './watched-history.ts';

const STANDING = { pk: 'standing#ten_a', sk: 'tgt_A' };
const evenly = (history: WatchedHistory, count: number, everyMs: number): void => {
  for (let i = 0; i < count; i++) {
    history.post({ id: `evt_${i}` });
    history.pass(everyMs);
  }
};

invariantFinds('rate limits hold', rateLimitsHold, [
  {
    name: 'ten a second for two minutes',
    target: { perSecond: 10 },
    make: (history) => evenly(history, 1200, 100),
  },
  {
    name: 'none where there is no limit',
    make: (history) => evenly(history, 1200, 1),
  },
  {
    name: 'thirteen at once: ten slots, one that begins the second, one that was late, one of a drain',
    target: { perSecond: 10 },
    make: (history) => evenly(history, 13, 0),
  },
  {
    name: 'fourteen at once',
    target: { perSecond: 10 },
    make: (history) => evenly(history, 14, 0),
    finds:
      /expected at most 13 requests in 1000 ms to tgt_A of ten_a, which takes 10 a second, found 14 in 0 ms/,
  },
  {
    name: 'one attempt again and again, by its slot',
    target: { perSecond: 10 },
    make(history) {
      for (let i = 0; i < 20; i++) history.post();
    },
  },
  {
    name: 'a little too many all the time',
    target: { perSecond: 10 },
    make: (history) => evenly(history, 604, 99),
    finds: /expected at most 603 requests in 60.0 s .*, found 604 in 59.7 s/,
  },
  {
    name: 'one in ten seconds: two at once are one that was late, and a drain’s',
    target: { perSecond: 0.1 },
    make: (history) => evenly(history, 3, 400),
    finds: /expected at most 2 requests in 1000 ms/,
  },
]);

describe('the bound of a rate limit', () => {
  /** Slots as they are reserved, each used as late as it may, by instances whose clocks differ. */
  const uses = fc.array(
    fc.record({ gapMs: fc.nat(300), late: fc.double({ min: 0, max: 1, noNaN: true }), skew: fc.nat(40) }),
    { minLength: 50, maxLength: 300 },
  );

  test('is never passed by what slots let through', () => {
    const perSecond = 10;
    fc.assert(
      fc.property(uses, (all) => {
        const limits = { clockSkewMs: 20, travelMs: 25 };
        const history = watchedHistory(rateLimitsHold, { target: { perSecond }, limits });
        let free = history.now();
        let now = history.now();
        const times = all.map(({ gapMs, late, skew }) => {
          now += gapMs;
          const clock = now + skew - 20;
          const slot = Math.max(free, clock);
          free = slot + 1000 / perSecond;
          return slot - (skew - 20) + late * (maxLateMs(perSecond) + limits.travelMs);
        });
        for (const time of times.sort((a, b) => a - b)) {
          history.pass(time - history.now());
          history.post({ id: `evt_${time}` });
        }
        expect(history.found).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

const opened = (history: WatchedHistory): void =>
  history.put('state', { ...STANDING, open: { since: BEGINNING, probes: 0 }, revision: 1 });

invariantFinds('one probe at a time', oneProbe, [
  {
    name: 'one after another',
    calmFrom: BEGINNING,
    make(history) {
      opened(history);
      for (let i = 0; i < 5; i++) {
        history.pass(40_000);
        const probe = history.post();
        history.pass(14_000);
        history.answer(probe, 500);
      }
    },
  },
  {
    name: 'two at once',
    calmFrom: BEGINNING,
    make(history) {
      opened(history);
      history.pass(40_000);
      history.post();
      history.pass(1000);
      history.post();
    },
    finds:
      /whose breaker is open since 2026-08-01T00:00:00.000Z, found 2 1000 ms after 1, which is under way/,
  },
  {
    name: 'two at once, of instances that do not know of it yet',
    calmFrom: BEGINNING,
    make(history) {
      opened(history);
      history.pass(2000);
      history.post();
      history.post();
    },
  },
  {
    name: 'two at once after a fault, which may have held an instance up',
    make(history) {
      opened(history);
      history.pass(40_000);
      history.post();
      history.post();
    },
  },
  {
    name: 'two at once, long after a fault',
    make(history) {
      opened(history);
      history.pass(48_000);
      history.post();
      history.post();
    },
    finds: /expected one request at a time to tgt_A of ten_a/,
  },
  {
    name: 'two at once once it has closed',
    calmFrom: BEGINNING,
    make(history) {
      opened(history);
      history.pass(40_000);
      history.post();
      history.put('state', { ...STANDING, revision: 2 });
      history.post();
      history.post();
    },
  },
  {
    name: 'one whose instance died, and the next one',
    calmFrom: BEGINNING,
    make(history) {
      opened(history);
      history.pass(40_000);
      history.post();
      history.pass(15_001);
      history.post();
    },
  },
  {
    name: 'one beside what an owner asked for',
    calmFrom: BEGINNING,
    make(history) {
      opened(history);
      history.pass(40_000);
      history.log({ status: 'retrying', run: 1 }, { replay: 'rpl_1' });
      history.post();
      history.post();
    },
  },
]);

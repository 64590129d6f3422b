import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observeProbe, probeDelayMs } from '../../../lambdas/endpoint-health/circuit-breaker.ts';
import {
  type EndpointHealth,
  isGood,
  isNews,
  type Observation,
  observe,
} from '../../../lambdas/endpoint-health/health.ts';
import { isFast, LANES, laneFor } from '../../../lambdas/endpoint-health/lane.ts';
import { observationOf } from '../../../lambdas/endpoint-health/observation.ts';

const NOW = 1_795_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DISABLE_AFTER = 5 * DAY;

const nothing: Observation = { ok: 0, failed: 0, rejected: 0, silent: 0, isSlow: false, isGone: false };
const seen = (about: Partial<Observation>): Observation => ({ ...nothing, ...about });
const health = (about: Partial<EndpointHealth> = {}): EndpointHealth => ({
  failed: 0,
  ok: 0,
  countedSince: NOW - 1000,
  ...about,
});
const next = (known: EndpointHealth | undefined, about: Partial<Observation>, now = NOW): EndpointHealth =>
  observe(known, seen(about), now, DISABLE_AFTER);

describe('lanes by priority and endpoint health (A22, D12)', () => {
  const good = health({ provenAt: NOW - HOUR });
  it.each<[string, Parameters<typeof laneFor>[0], EndpointHealth | undefined, string]>([
    ['a target that answers', 'normal', good, 'standard'],
    ['what is urgent', 'critical', good, 'critical'],
    ['what can wait', 'low', good, 'bulk'],
    ['no priority', undefined, good, 'standard'],
    ['a target that nothing is known of', 'critical', undefined, 'slow'],
    ['one that has not answered for three days', 'normal', health({ provenAt: NOW - 3 * DAY }), 'slow'],
    ['one that has a moment less', 'normal', health({ provenAt: NOW - 3 * DAY + 1 }), 'standard'],
    ['one that was slow', 'critical', { ...good, slowUntil: NOW + 1 }, 'slow'],
    ['one that was slow long ago', 'normal', { ...good, slowUntil: NOW }, 'standard'],
    ['one that asked for a pause', 'normal', { ...good, pausedUntil: NOW + 1 }, 'slow'],
    ['one whose breaker is open', 'normal', { ...good, open: { since: NOW, probes: 0 } }, 'slow'],
    ['one that was given up', 'normal', { ...good, disabled: { at: NOW, reason: 'gone' } }, 'slow'],
    ['one that wants several events in a request', 'critical', { ...good, collects: true }, 'bulk'],
  ])('%s', (_, priority, known, lane) => expect(laneFor(priority, known, NOW)).toBe(lane));

  it('two lanes are fast', () => expect(LANES.filter(isFast)).toEqual(['critical', 'standard']));
});

describe('circuit breaker (A13)', () => {
  it('opens after ten failures that are half of all answers', () => {
    expect(next(health({ failed: 9, ok: 10 }), { failed: 1 }).open).toEqual({ since: NOW, probes: 0 });
    expect(next(health({ failed: 8, ok: 0 }), { failed: 1 }).open).toBeUndefined();
    expect(next(health({ failed: 20, ok: 30 }), { failed: 1 }).open).toBeUndefined();
  });

  it('counts anew after a minute, unless there was nothing but failures', () => {
    const old = NOW - 2 * MINUTE;
    expect(next(health({ failed: 9, ok: 1, countedSince: old }), { failed: 1 })).toMatchObject({
      failed: 1,
      ok: 0,
      countedSince: NOW,
    });
    expect(next(health({ failed: 9, countedSince: old - DAY }), { failed: 1 }).open).toBeDefined();
    expect(next(health({ failed: 9, ok: 1, countedSince: NOW - MINUTE }), { failed: 1 }).failed).toBe(10);
  });

  it('counts from the first answer on, refusals among those that arrived', () => {
    expect(next(undefined, { failed: 1 })).toMatchObject({ failed: 1, ok: 0, countedSince: NOW });
    expect(next(health({ failed: 2, ok: 4 }), { ok: 3, rejected: 2 })).toMatchObject({
      failed: 2,
      ok: 9,
      countedSince: NOW - 1000,
    });
  });

  it('does not count that an endpoint refuses what it is sent', () => {
    expect(next(health({ failed: 9 }), { rejected: 100 }).open).toBeUndefined();
  });

  it('closes by a probe that was answered, and keeps out of the fast lanes for a while', () => {
    const open = health({ provenAt: NOW - HOUR, failed: 10, open: { since: NOW - HOUR, probes: 3 } });
    for (const about of [{ ok: 1 }, { rejected: 1 }, { ok: 1, rejected: 1 }]) {
      const closed = observeProbe(open, seen(about), NOW, DISABLE_AFTER);
      expect(closed).toMatchObject({ open: undefined, failed: 0, ok: 0 });
      expect(isGood(closed, NOW)).toBe(false);
      expect(isGood(closed, NOW + 2 * MINUTE)).toBe(true);
    }
  });

  it('stays open when a probe fails, and waits longer for the next', () => {
    const open = health({ failed: 10, open: { since: NOW - HOUR, probes: 3 } });
    const timedOut = observationOf([{ at: NOW, ms: 15_000, error: 'timeout', uncounted: true }]);
    for (const observation of [seen({ failed: 1 }), timedOut]) {
      const still = observeProbe(open, observation, NOW, DISABLE_AFTER);
      expect(still.open).toEqual({ since: NOW - HOUR, probes: 4, failedAt: NOW });
    }
    const delays = Array.from({ length: 30 }, (_, probes) => probeDelayMs(probes));
    expect(delays.slice(0, 4)).toEqual([5000, 10_000, 20_000, 40_000]);
    expect(Math.max(...delays)).toBe(900_000);
  });

  it('counts failures once from one probe to the next, however many owners ask (A15)', () => {
    let known = health({ failed: 10, open: { since: NOW - HOUR, probes: 3 } });
    const probesAt = (after: number): number | undefined => {
      known = { ...known, ...observeProbe(known, seen({ failed: 1 }), NOW + after, DISABLE_AFTER) };
      return known.open?.probes;
    };
    expect([0, 1, 100, 79_000].map(probesAt)).toEqual([4, 4, 4, 4]);
    expect(probesAt(79_000 + 80_000)).toBe(5);
  });

  it('opens when five requests are cut in ten seconds, and nothing answers in between', () => {
    const good = health({ provenAt: NOW - HOUR, ok: 100 });
    const cut = { silent: 2, isSlow: true };
    const [first, second] = [NOW + 3000, NOW + 9000].map((at) => ({ at, about: cut }));
    const known = (all: readonly { readonly at: number; readonly about: Partial<Observation> }[]) =>
      all.reduce<EndpointHealth>(
        (before, { at, about }) => observe(before, seen(about), at, DISABLE_AFTER),
        next(good, cut),
      );
    expect(known([first!]).open).toBeUndefined();
    expect(known([first!, second!]).open).toEqual({ since: NOW + 9000, probes: 0 });
    for (const answer of [{ ok: 1 }, { rejected: 1 }, { failed: 1 }])
      expect(known([first!, { at: NOW + 4000, about: answer }, second!]).open).toBeUndefined();
    expect(known([first!, { at: NOW + 10_001, about: cut }]).open).toBeUndefined();
  });

  it('knows of silence no more when a probe was answered, and counts none of probes', () => {
    const open = health({ open: { since: NOW - 5000, probes: 0 }, silent: { since: NOW - 9000, count: 5 } });
    const probe = observationOf([{ at: NOW, ms: 15_000, error: 'timeout', uncounted: true }]);
    expect(observeProbe(open, probe, NOW, DISABLE_AFTER).silent).toEqual(open.silent);
    expect(observeProbe(open, seen({ ok: 1 }), NOW, DISABLE_AFTER)).toMatchObject({
      open: undefined,
      silent: undefined,
    });
  });

  it('takes an answer after silence for news, for as long as the silence would count', () => {
    const known = health({ provenAt: NOW - HOUR, silent: { since: NOW - 9000, count: 2 } });
    expect(isNews(known, seen({ ok: 1 }), NOW, DISABLE_AFTER)).toBe(true);
    expect(isNews(known, seen({ ok: 1 }), NOW + 2000, DISABLE_AFTER)).toBe(false);
    expect(isNews(health({ provenAt: NOW - HOUR }), seen({ silent: 1 }), NOW, DISABLE_AFTER)).toBe(true);
  });

  it('takes no notice of answers to what was sent before it opened', () => {
    const open = health({ failed: 10, open: { since: NOW, probes: 0 } });
    expect(isNews(open, seen({ failed: 40 }), NOW, DISABLE_AFTER)).toBe(false);
    expect(isNews(open, seen({ ok: 1 }), NOW, DISABLE_AFTER)).toBe(false);
  });
});

describe('giving a target up (A13)', () => {
  it('happens at once when it is gone', () => {
    expect(next(health({ provenAt: NOW }), { rejected: 1, isGone: true }).disabled).toEqual({
      at: NOW,
      reason: 'gone',
    });
  });

  it.each([
    ['failures', { failed: 1 }],
    ['refusals', { rejected: 1 }],
  ])('happens after five days of %s without a success', (_, about) => {
    const known = health({ failingSince: NOW - DISABLE_AFTER - 1 });
    expect(isNews(known, seen(about), NOW, DISABLE_AFTER)).toBe(true);
    expect(next(known, about).disabled).toEqual({ at: NOW, reason: 'failing' });
    expect(next(health({ failingSince: NOW - DISABLE_AFTER }), about).disabled).toBeUndefined();
  });

  it('happens as well by the probe of a breaker that has been open all the time', () => {
    const open = { since: NOW - DISABLE_AFTER, probes: 400 };
    const known = health({ failingSince: NOW - DISABLE_AFTER - 1, open });
    expect(observeProbe(known, seen({ failed: 1 }), NOW, DISABLE_AFTER)).toMatchObject({
      open: undefined,
      disabled: { reason: 'failing' },
    });
  });

  it('does not happen when one success came in between', () => {
    const known = next(health({ failingSince: NOW - DISABLE_AFTER - 1 }), { ok: 1 });
    expect(known.failingSince).toBeUndefined();
    expect(known.disabled).toBeUndefined();
  });

  it('is final until its owner switches it on', () => {
    const disabled = health({ disabled: { at: 1, reason: 'gone' } });
    expect(next(disabled, { ok: 5 })).toBe(disabled);
    expect(isNews(disabled, seen({ ok: 5 }), NOW, DISABLE_AFTER)).toBe(false);
  });
});

describe('what is worth a write', () => {
  const good = health({ provenAt: NOW - HOUR });
  const open = { since: NOW, probes: 1 };
  it.each<[string, EndpointHealth | undefined, Partial<Observation>, boolean]>([
    ['the first answer of a target', undefined, { ok: 1 }, true],
    ['another of one that is well', good, { ok: 100 }, false],
    ['one a day later', health({ provenAt: NOW - DAY }), { ok: 1 }, false],
    ['one after that day', health({ provenAt: NOW - DAY - 1 }), { ok: 1 }, true],
    ['a slow one', good, { ok: 1, isSlow: true }, true],
    [
      'a slow one of a target known as slow',
      { ...good, slowUntil: NOW + 9 * MINUTE },
      { ok: 1, isSlow: true },
      false,
    ],
    [
      'a slow one when half of that time is over',
      { ...good, slowUntil: NOW + 5 * MINUTE - 1 },
      { ok: 1, isSlow: true },
      true,
    ],
    ['a slow one just before', { ...good, slowUntil: NOW + 5 * MINUTE }, { ok: 1, isSlow: true }, false],
    ['a failure', good, { failed: 1 }, true],
    ['another failure', { ...good, failingSince: NOW - 1 }, { failed: 1 }, true],
    ['a success after a failure', { ...good, failingSince: NOW - 1 }, { ok: 1 }, true],
    ['a first refusal', good, { rejected: 1 }, true],
    ['another refusal', { ...good, failingSince: NOW - 1 }, { rejected: 1 }, false],
    ['a refusal after five days', { ...good, failingSince: NOW - DISABLE_AFTER }, { rejected: 1 }, false],
    ['a pause', good, { failed: 1, pauseUntil: NOW + 1000 }, true],
    ['a pause while the breaker is open', { ...good, open }, { failed: 1, pauseUntil: NOW + 1000 }, true],
    [
      'a shorter pause than is known',
      { ...good, open, pausedUntil: NOW + 1000 },
      { failed: 1, pauseUntil: NOW + 999 },
      false,
    ],
    ['410', { ...good, open }, { rejected: 1, isGone: true }, true],
  ])('%s', (_, known, about, expected) => {
    expect(isNews(known, seen(about), NOW, DISABLE_AFTER)).toBe(expected);
  });

  it('keeps a target that fails now and then out of the fast lanes', () => {
    const shaky = next(health({ provenAt: NOW, failed: 2, ok: 10 }), { failed: 1 });
    expect(isGood(shaky, NOW)).toBe(false);
    expect(isGood(shaky, NOW + MINUTE)).toBe(true);
    expect(isGood(next(health({ provenAt: NOW, failed: 2, ok: 100 }), { failed: 1 }), NOW)).toBe(true);
  });
});

describe('a slow answer (A22)', () => {
  it('keeps a target out of the fast lanes for ten minutes', () => {
    const slow = next(health({ provenAt: NOW - HOUR }), { ok: 1, isSlow: true });
    expect(slow.slowUntil).toBe(NOW + 10 * MINUTE);
    expect(isGood(slow, NOW)).toBe(false);
  });

  it('is forgiven by none that is fast, whatever failed before', () => {
    const shaky = health({ provenAt: NOW - HOUR, failed: 3 });
    expect(next(shaky, { ok: 1 }).slowUntil).toBeUndefined();
    expect(next({ ...shaky, slowUntil: NOW + 1 }, { ok: 1 }).slowUntil).toBe(NOW + 1);
  });

  it('and a pause last as long as the longest of them', () => {
    const until = NOW + 15 * MINUTE;
    const known = health({ failed: 2, pausedUntil: until, slowUntil: until });
    for (const about of [{ isSlow: true }, { failed: 1 }]) {
      const after = next(known, { ...about, pauseUntil: NOW + 1 });
      expect(after).toMatchObject({ pausedUntil: until, slowUntil: until });
      expect(next(known, { ...about, pauseUntil: until + 1 }).pausedUntil).toBe(until + 1);
    }
  });
});

it('never turns good by failing, whatever was known before (A13)', () => {
  const time = fc.option(fc.integer({ min: NOW - 10 * DAY, max: NOW + DAY }), { nil: undefined });
  const known = fc.record({
    provenAt: time,
    slowUntil: time,
    pausedUntil: time,
    failed: fc.nat(30),
    ok: fc.nat(30),
    countedSince: fc.integer({ min: NOW - DAY, max: NOW }),
    failingSince: time,
    open: fc.option(fc.record({ since: fc.constant(NOW - HOUR), probes: fc.nat(10) }), { nil: undefined }),
  });
  fc.assert(
    fc.property(known, fc.integer({ min: 1, max: 20 }), (before, failed) => {
      const next = observe(before, seen({ failed }), NOW, DISABLE_AFTER);
      if (!isGood(before, NOW)) expect(isGood(next, NOW)).toBe(false);
      expect(next.failingSince).toBeLessThanOrEqual(Math.max(NOW, before.failingSince ?? 0));
      if (before.open && !next.disabled) expect(next.open).toEqual(before.open);
    }),
  );
});

import { expect, test } from 'vitest';
import { healthFacts } from '../../../cli/targets/health.ts';
import type { Schemas } from '../../../client/index.ts';

type Health = Schemas['TargetHealth'];

const HEALTHY: Health = {
  state: 'healthy',
  since: '2026-03-01T11:00:00.000Z',
  attempts: 0,
  delivered: 0,
  failed: 0,
  attemptSuccessRate: null,
  averageAnswerMs: null,
  waiting: 0,
  held: 0,
};

test('a healthy target that got nothing says no more than that (A20)', () => {
  expect(Object.fromEntries(healthFacts(HEALTHY))).toEqual({
    means: 'Its endpoint answers.',
    attempts: '0 since 2026-03-01T11:00:00Z',
    deliveries: '0 arrived, 0 dead',
    waiting: '0',
  });
});

test('one whose breaker is open says since when, what failed last, and when it is tried (A20)', () => {
  const facts = healthFacts({
    ...HEALTHY,
    state: 'open',
    attempts: 3,
    delivered: 1,
    failed: 2,
    attemptSuccessRate: 1 / 3,
    averageAnswerMs: 12.4,
    lastFailure: { at: '2026-03-01T11:30:00.000Z', error: 'refused' },
    breaker: {
      openSince: '2026-03-01T11:20:00.000Z',
      failedProbes: 2,
      nextProbeAt: '2026-03-01T11:35:00.000Z',
    },
    held: 7,
  });
  expect(Object.fromEntries(facts)).toMatchObject({
    attempts: '3 since 2026-03-01T11:00:00Z, 33.33 % successful',
    deliveries: '1 arrived, 2 dead',
    'average answer': '12 ms',
    'last failure': 'refused, at 2026-03-01T11:30:00Z',
    'held since': '2026-03-01T11:20:00Z, 2 probes have failed',
    'next probe': '2026-03-01T11:35:00Z',
    held: '7',
  });
});

import { expect, test } from 'vitest';
import type { Schemas } from '../../../console/api/types.ts';
import { failureText } from '../../../console/parts/failure-words.ts';
import { stateText } from '../../../console/parts/health-words.ts';
import { clockText } from '../../../console/parts/times.ts';
import { TARGET_STATES } from '../../../lambdas/endpoint-health/target-state.ts';
import { ERROR_CLASSES } from '../../../lambdas/http-client/error-class.ts';

type Health = Schemas['TargetRowHealth'];

const now = Date.parse('2026-11-27T14:30:00.000Z');
const at = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();
const clock = (minutes: number): string => clockText(at(minutes), now);

const endpoint = { active: true, timeoutSeconds: 15 };
const health = (state: Health['state'], more: Partial<Health> = {}): Health => ({
  state,
  attempts: 50,
  attemptSuccessRate: 0.14,
  waiting: 0,
  ...more,
});
const timedOut = { at: at(-1), error: 'timeout' };

test.each<[string, Health, string, object?]>([
  [
    'failing',
    health('failing', { failingSince: at(-28), lastFailure: timedOut }),
    `Failing since ${clock(-28)}: timeout after 15 s, 43 of 50 attempts failed in the last hour.`,
  ],
  [
    'breaker open, next probe known',
    health('open', {
      failingSince: at(-28),
      lastFailure: { at: at(-1), statusCode: 503 },
      breaker: { openSince: at(-20), failedProbes: 2, nextProbeAt: at(2) },
    }),
    `Failing since ${clock(-28)}: 503 unavailable, 43 of 50 attempts failed in the last hour. Deliveries wait; one of them tries it in 2 min.`,
  ],
  [
    'breaker open, probe due, nothing counted in the last hour',
    health('open', {
      attempts: 0,
      attemptSuccessRate: null,
      lastFailure: { at: at(-90), statusCode: 503 },
      breaker: { openSince: at(-90), failedProbes: 9 },
    }),
    `Failing since ${clock(-90)}: 503 unavailable. Deliveries wait; one of them tries it again soon.`,
  ],
  [
    'paused',
    health('paused', { pausedUntil: at(5) }),
    `It asked to be left alone until ${clock(5)}. Deliveries wait until then.`,
  ],
  [
    'slow',
    health('slow', { slowUntil: at(5) }),
    `It takes long to answer, so its deliveries go apart from the others until ${clock(5)}.`,
  ],
  [
    'degraded',
    health('degraded', { attemptSuccessRate: 0.9, lastFailure: { at: at(-1), error: 'refused' } }),
    'Some attempts fail: the connection was refused, 5 of 50 attempts failed in the last hour.',
  ],
  [
    'healthy, but for one of many',
    health('healthy', { attempts: 10_000, attemptSuccessRate: 0.9999 }),
    '99.9\u2009% of 10\u2009000 attempts succeeded in the last hour.',
  ],
  [
    'idle',
    health('idle', { attempts: 0, attemptSuccessRate: null }),
    'Nothing was sent to it in the last hour.',
  ],
  [
    'unverified',
    health('unverified'),
    'It has not answered its challenge, so nothing is delivered.',
    { verification: { state: 'failed' } },
  ],
  [
    'disabled by its owner',
    health('disabled'),
    'Switched off by its owner. What is sent to it becomes a dead letter.',
    { active: false },
  ],
  [
    'disabled by Posthorn',
    health('disabled'),
    `Disabled by Posthorn since ${clock(-60)}: it answered 410 Gone. What is sent to it becomes a dead letter.`,
    { disabled: { at: at(-60), reason: 'gone' } },
  ],
])('an endpoint’s state in words: %s', (_, of, words, more) => {
  expect(stateText({ ...endpoint, ...more }, of, now)).toBe(words);
});

test('each state and each kind of error has words', () => {
  for (const state of TARGET_STATES)
    expect(stateText(endpoint, health(state), now)).toMatch(/^[A-Z0-9].*\.$/);
  for (const error of ERROR_CLASSES) expect(failureText({ error }), error).not.toContain('_');
  expect(failureText({ error: 'timeout' }, 2.5)).toBe('timeout after 2.5 s');
});

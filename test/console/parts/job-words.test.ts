import { expect, test } from 'vitest';
import { doneText, jobProblem, jobTitle, shareDone, skippedText } from '../../../console/parts/job-words.ts';
import { SKIP_REASONS } from '../../../lambdas/replay/replay.ts';

test('a job says what it does, and to how many it has', () => {
  expect(jobTitle({ action: 'send', deliveries: 'dead' })).toBe('Send dead letters again');
  expect(jobTitle({ action: 'purge', deliveries: 'dead' })).toBe('Purge dead letters');
  expect(jobTitle({ action: 'send', deliveries: 'waiting' })).toBe('Try waiting deliveries now');
  expect(doneText({ action: 'purge', sent: 0, purged: 3 })).toBe('3 purged');
  expect(doneText({ action: 'send', sent: 1, purged: 0 })).toBe('1 sent');
});

const createdAt = '2026-11-27T12:00:00.000Z';

test.each([
  ['completed', { state: 'completed' as const }, 1],
  ['not begun', { state: 'running' as const, from: '2026-11-27T10:00:00.000Z' }, undefined],
  ['a span without a beginning', { state: 'running' as const, reachedAt: createdAt }, undefined],
  [
    'half of a span that ends when the job began',
    { state: 'running' as const, from: '2026-11-27T10:00:00.000Z', reachedAt: '2026-11-27T11:00:00.000Z' },
    0.5,
  ],
  [
    'a span that ends earlier',
    {
      state: 'cancelled' as const,
      from: '2026-11-27T08:00:00.000Z',
      to: '2026-11-27T10:00:00.000Z',
      reachedAt: '2026-11-27T08:30:00.000Z',
    },
    0.25,
  ],
  [
    'a span of nothing',
    { state: 'running' as const, from: createdAt, to: createdAt, reachedAt: createdAt },
    undefined,
  ],
])('how much of a job is done: %s', (_, job, expected) => {
  expect(shareDone({ createdAt, ...job })).toBe(expected);
});

test('each reason to skip a delivery has words, and what is not known yet is readable', () => {
  for (const reason of SKIP_REASONS) expect(skippedText(reason)).not.toContain('_');
  expect(new Set(SKIP_REASONS.map(skippedText)).size).toBe(SKIP_REASONS.length);
  expect(skippedText('some_new_reason')).toBe('some new reason');
  expect(jobProblem('infrastructure')).toMatch(/^A part of Posthorn/);
  expect(jobProblem('target_deleted')).toBe('It stopped: the endpoint was deleted.');
});

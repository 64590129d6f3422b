import { expect, it } from 'vitest';
import { erasureStep } from '../../../lambdas/erasure/erasure.ts';

const NOW = Date.UTC(2026, 0, 31, 12);
const hoursAgo = (hours: number): string => new Date(NOW - hours * 3_600_000).toISOString();

it.each([
  ['has not been swept', 30, undefined, 'sweep'],
  ['has been swept, and retries may go on', 24.9, 24.8, 'wait'],
  ['has been swept, and every retry is over', 25, 24, 'finish'],
  ['has been swept late', 30, 1, 'finish'],
])('an erasure that %s', (_, started, swept, step) => {
  const sweptAt = swept === undefined ? undefined : hoursAgo(swept);
  expect(erasureStep({ startedAt: hoursAgo(started), sweptAt }, NOW)).toBe(step);
});

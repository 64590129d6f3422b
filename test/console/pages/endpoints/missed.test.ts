import { expect, test } from 'vitest';
import { missedOf } from '../../../../console/pages/endpoints/recover/count.ts';

test('what was missed is counted by its reason, the most frequent first', () => {
  const rows = [
    { reason: 'rejected' as const },
    { reason: 'exhausted' as const },
    { reason: 'exhausted' as const },
    { waitingFor: 'recovery' as const },
    {},
  ];
  expect(missedOf(rows, true)).toEqual({
    count: 5,
    isCut: true,
    reasons: [
      ['exhausted', 2],
      ['rejected', 1],
      ['recovery', 1],
    ],
  });
});

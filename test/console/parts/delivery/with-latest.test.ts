import { expect, test } from 'vitest';
import type { DeliveryRow } from '../../../../console/parts/delivery/types.ts';
import { type LatestOutcome, withLatest } from '../../../../console/parts/delivery/with-latest.ts';

const at = '2026-11-27T12:00:05.000Z';
const row: DeliveryRow = {
  id: 'dlv_1',
  event: { id: 'evt_1', type: 'order.created', acceptedAt: '2026-11-27T12:00:00.000Z' },
  subscriptionId: 'sub_1',
  targetId: 'tgt_1',
  status: 'retrying',
  waitingFor: 'retry',
  nextAttemptAt: at,
  attempts: [{ number: 1, at: '2026-11-27T12:00:00.100Z', durationMs: 5, statusCode: 503 }],
};

test.each<[string, LatestOutcome, Partial<DeliveryRow>]>([
  [
    'it arrived',
    { status: 'delivered', attempt: 2, statusCode: 200, ms: 41, at },
    { status: 'delivered', attempts: [row.attempts[0]!, { number: 2, at, durationMs: 41, statusCode: 200 }] },
  ],
  [
    'it waits again',
    { status: 'parked', attempt: 2, error: 'timeout', ms: 15_000, reason: 'recovery', at },
    {
      status: 'parked',
      waitingFor: 'recovery',
      attempts: [row.attempts[0]!, { number: 2, at, durationMs: 15_000, error: 'timeout' }],
    },
  ],
  [
    'it died without an attempt',
    { status: 'dead', attempt: 1, reason: 'expired', at },
    { status: 'dead', reason: 'expired', attempts: row.attempts },
  ],
])('a row says what has become of it: %s', (_, outcome, changed) => {
  const { waitingFor: __, nextAttemptAt: ___, ...kept } = row;
  expect(withLatest(row, outcome)).toEqual({ ...kept, since: at, ...changed });
});

test('an outcome that comes late changes nothing, and no outcome neither', () => {
  const later = { ...row, attempts: [{ ...row.attempts[0]!, number: 3 }] };
  expect(withLatest(later, { status: 'dead', attempt: 2, at })).toBe(later);
  expect(withLatest(row, undefined)).toBe(row);
});

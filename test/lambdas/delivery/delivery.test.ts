import { describe, expect, it } from 'vitest';
import { outcomeOrder, statusAt } from '../../../lambdas/delivery/delivery.ts';

const attempt = { at: 0, ms: 1, status: 500 };

describe('statusAt (A9)', () => {
  it.each([
    [undefined, 100, 'queued'],
    [{ status: 'delivered' }, 100, 'delivered'],
    [{ status: 'dead' }, 100, 'dead'],
    [{ status: 'retrying', nextAttemptAt: 200 }, 100, 'retrying'],
    [{ status: 'retrying', nextAttemptAt: 100 }, 100, 'attempting'],
    [{ status: 'parked', nextAttemptAt: 200 }, 100, 'parked'],
    [{ status: 'parked', nextAttemptAt: 50 }, 100, 'attempting'],
    [{ status: 'delivered', nextAttemptAt: 50 }, 100, 'delivered'],
  ] as const)('%o at %i: %s', (stored, now, expected) => {
    expect(statusAt(stored, now)).toBe(expected);
  });
});

it('outcomeOrder rises with every state that can follow another', () => {
  const states = [
    { status: 'retrying', attempts: [] },
    { status: 'parked', attempts: [], isWaiting: true },
    { status: 'retrying', attempts: [attempt] },
    { status: 'parked', attempts: [attempt], isWaiting: true },
    { status: 'parked', attempts: [attempt, attempt] },
    { status: 'parked', attempts: [attempt, attempt], isWaiting: true },
    { status: 'dead', attempts: [attempt, attempt] },
    { status: 'delivered', attempts: [attempt, attempt, attempt] },
    { status: 'dead', attempts: [attempt], dropped: 900 },
    { status: 'parked', attempts: [], run: 1, isWaiting: true },
    { status: 'dead', attempts: [attempt], dropped: 900, run: 1 },
    { status: 'delivered', attempts: [attempt], run: 2 },
  ] as const;
  const orders = states.map(outcomeOrder);
  expect(orders).toEqual([...orders].sort((a, b) => a - b));
  expect(new Set(orders).size).toBe(orders.length);
});

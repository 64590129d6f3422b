import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { attemptsUsed } from '../../../lambdas/delivery/outcome.ts';
import {
  acknowledged,
  afterItsDay,
  afterLease,
  fateOf,
  isHolder,
  type Lease,
} from '../../../lambdas/pull/lease.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { deliveryOf } from '../../builders/deliveries.ts';
import { eventOf } from '../../builders/events.ts';

const NOW = Date.UTC(2026, 10, 21);
const DAY = 24 * 3600_000;
const message = (about: Partial<DeliveryMessage> = {}): DeliveryMessage =>
  deliveryOf({ event: eventOf({ ulid: lowestUlidAt(NOW) }), ...about });
const lease = (about: Partial<Lease> = {}): Lease => ({
  token: 'one',
  by: 'key_1',
  at: NOW,
  until: NOW + 60_000,
  ...about,
});

describe('what can be done with a message (A25)', () => {
  const failed = { at: NOW, ms: 1, error: 'released' } as const;
  it.each<[string, DeliveryMessage, Lease | undefined, number, string]>([
    ['new', message(), undefined, NOW, 'available'],
    ['with a consumer', message(), lease(), NOW + 59_999, 'leased'],
    ['whose lease is over', message(), lease(), NOW + 60_000, 'available'],
    ['given back for later', message(), lease({ releasedAt: NOW + 1 }), NOW + 2, 'leased'],
    ['whose day is over', message(), undefined, NOW + DAY + 1, 'expired'],
    [
      'whose day is over, with a consumer',
      message(),
      lease({ until: NOW + 2 * DAY }),
      NOW + DAY + 1,
      'leased',
    ],
    [
      'fetched as often as it may be',
      message({ attempts: [failed, failed] }),
      lease(),
      NOW + DAY,
      'exhausted',
    ],
    ['fetched once less', message({ attempts: [failed] }), lease(), NOW + 60_000, 'available'],
    [
      'replayed, with a day and fetches of its own',
      message({ attempts: [failed, failed, failed], used: 0, run: 1, replayedAt: NOW + DAY }),
      undefined,
      NOW + 2 * DAY,
      'available',
    ],
  ])('%s', (_, delivery, held, now, fate) => expect(fateOf(delivery, held, 3, now)).toBe(fate));
});

test('a lease is its holder’s until it is given back, or another is taken', () => {
  expect(isHolder(lease(), 'one')).toBe(true);
  expect(isHolder(lease({ token: 'two' }), 'one')).toBe(false);
  expect(isHolder(lease({ releasedAt: NOW }), 'one')).toBe(false);
  expect(isHolder(undefined, 'one')).toBe(false);
});

describe('a fetch is an attempt (A25)', () => {
  it.each<[string, DeliveryMessage, object]>([
    [
      'that ran out',
      afterLease(message(), lease()),
      { at: NOW, ms: 60_000, error: 'not_acknowledged', detail: 'fetched by key_1' },
    ],
    [
      'that was given back',
      afterLease(message(), lease({ releasedAt: NOW + 5 })),
      { at: NOW, ms: 5, error: 'released', detail: 'fetched by key_1' },
    ],
    [
      'that never was',
      afterItsDay(message(), undefined, NOW + DAY),
      { at: NOW + DAY, ms: 0, error: 'not_fetched' },
    ],
    [
      'that was acknowledged',
      acknowledged(message(), lease(), NOW + 70),
      { at: NOW, ms: 70, verdict: 'delivered', detail: 'fetched by key_1' },
    ],
  ])('%s', (_, { attempts }, made) => expect(attempts).toEqual([made]));

  it('is none where there was no lease', () => {
    const delivery = message();
    expect(afterLease(delivery, undefined)).toBe(delivery);
  });
});

/** What a consumer does with a message, at some time later. */
const steps = fc.array(
  fc.record({
    pauseMs: fc.nat(4 * 3600_000),
    leaseMs: fc.integer({ min: 1, max: 12 * 3600_000 }),
    isReleased: fc.boolean(),
  }),
  { maxLength: 30 },
);

test('however a message is fetched and given back, it ends: exhausted, or after its day', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (all, maxReceives) => {
      let [delivery, held, now] = [message(), undefined as Lease | undefined, NOW];
      let fetches = 0;
      for (const { pauseMs, leaseMs, isReleased } of all) {
        now += pauseMs;
        const fate = fateOf(delivery, held, maxReceives, now);
        // With a consumer it stays so, and nothing is decided about it.
        if (fate === 'leased') continue;
        if (fate !== 'available') break;
        delivery = afterLease(delivery, held);
        expect(attemptsUsed(delivery)).toBe(fetches);
        held = lease({ at: now, until: now + leaseMs, ...(isReleased && { releasedAt: now }) });
        fetches++;
      }
      expect(fetches).toBeLessThanOrEqual(maxReceives);
      const end = Math.max(held?.until ?? 0, NOW + DAY + 1);
      expect(['exhausted', 'expired']).toContain(fateOf(delivery, held, maxReceives, end));
    }),
  );
});

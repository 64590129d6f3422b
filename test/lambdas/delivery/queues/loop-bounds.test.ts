import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../../lambdas/delivery/messages.ts';
import {
  generationOf,
  goingBack,
  hopsWithin,
  isDeliveryLooping,
  isEventLooping,
  leastGeneration,
  MAX_EVENT_HOPS,
  sentOn,
} from '../../../../lambdas/delivery/queues/loop-bounds.ts';
import type { EventInFlight } from '../../../../lambdas/events/event.ts';
import { lowestUlidAt } from '../../../../lambdas/values/ids.ts';

const NOW = 1_795_000_000_000;
const SECOND = 1000;
const DAY = 86_400 * SECOND;

const delivery = (ageMs: number, about: Partial<DeliveryMessage> = {}): DeliveryMessage =>
  ({
    event: { ulid: lowestUlidAt(NOW - ageMs), type: 'a' },
    attempts: [],
    ...about,
  }) as unknown as DeliveryMessage;

describe('a delivery', () => {
  it.each<[string, number, Partial<DeliveryMessage>, boolean]>([
    ['of a release that did not count', 0, {}, false],
    ['after all retries at once', 0, { hops: 22 }, false],
    [
      'that two lanes move to and fro until both know its target’s new settings',
      10 * SECOND,
      { hops: 500 },
      false,
    ],
    ['that bounces between two lanes for longer', 20 * SECOND, { hops: 1041 }, true],
    ['that waits from slot to slot for a minute', 60 * SECOND, { hops: 60 }, false],
    ['that an endpoint puts off by a second, for a day', DAY, { hops: 86_400 }, false],
    ['that has gone on for longer than anything waits', 3 * DAY, { hops: 100_001 }, true],
    ['that was replayed, and has bounced since', 3 * DAY, { hops: 1005, replayedAt: NOW - SECOND }, true],
    [
      'that was replayed a day ago, and has waited since',
      9 * DAY,
      { hops: 5000, replayedAt: NOW - DAY },
      false,
    ],
    ['whose event seems to come from the future', -5 * SECOND, { hops: 999 }, false],
  ])('%s', (_, ageMs, about, expected) => {
    expect(isDeliveryLooping(delivery(ageMs, about), NOW)).toBe(expected);
  });

  it('is never given up that makes twenty attempts and otherwise waits for a second or more', () => {
    const waits = fc.array(fc.integer({ min: SECOND, max: 900 * SECOND }), { maxLength: 500 });
    const atOnce = fc.nat(40);
    fc.assert(
      fc.property(waits, atOnce, (all, moves) => {
        let hops = moves;
        let age = 0;
        for (const wait of all) {
          age += wait;
          hops += 2;
          if (isDeliveryLooping(delivery(age, { hops }), NOW)) return false;
        }
        return true;
      }),
    );
  });

  it('ends, however slowly it goes round, and within the hour if it never waits', () => {
    for (const everyMs of [20, 100, 400]) {
      let message = delivery(0);
      let now = NOW;
      while (!isDeliveryLooping(message, now)) {
        message = sentOn(message);
        now += everyMs;
      }
      expect(message.hops).toBeLessThan(10_000);
    }
    expect(hopsWithin(365 * DAY)).toBe(hopsWithin(2 * DAY));
  });

  it('counts each time that it is sent on, and keeps all else', () => {
    const first = delivery(0, { slot: 17, run: 2 });
    expect(sentOn(sentOn(first))).toEqual({ ...first, hops: 2 });
  });
});

describe('an event', () => {
  const event = { id: 'a', ulid: 'u', type: 'a' } as EventInFlight;

  it('may go back often enough for the largest fanout beside nine others, and not for ever', () => {
    const PASSES = 200;
    const BATCH = 10;
    expect(isEventLooping({ ...event, hops: PASSES * BATCH * 2 })).toBe(false);
    expect(isEventLooping({ ...event, hops: MAX_EVENT_HOPS })).toBe(true);
    expect(isEventLooping(event)).toBe(false);
    expect(goingBack(goingBack(event)).hops).toBe(2);
  });

  it.each([
    ['order.paid', undefined, 0],
    ['order.paid', 7, 0],
    ['posthorn.target.disabled', undefined, 1],
    ['posthorn.target.disabled', 2, 2],
  ])('%s of generation %s is of %i', (type, generation, expected) => {
    expect(generationOf({ type, generation })).toBe(expected);
  });

  it('that is ordinary makes what is learnt together with it news', () => {
    const of = (type: string) => ({ event: { type } as EventInFlight });
    expect(leastGeneration([of('posthorn.target.disabled'), of('order.paid')])).toBe(0);
    expect(leastGeneration([of('posthorn.target.disabled')])).toBe(1);
  });
});

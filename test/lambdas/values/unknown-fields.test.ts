import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { outcomeOf, outcomeOfDead, withAttempt } from '../../../lambdas/delivery/outcome.ts';
import { goingBack, sentOn } from '../../../lambdas/delivery/queues/loop-bounds.ts';
import { asDelivered, type EventInFlight } from '../../../lambdas/events/event.ts';
import { type EventItem, eventOf, fromItems, toItem } from '../../../lambdas/events/event-items.ts';
import { deliveryMessage, eventsMessage, eventsOf } from '../../../lambdas/fanout/fanout-messages.ts';
import { planFanout } from '../../../lambdas/fanout/fanout-plan.ts';
import { drainAfter } from '../../../lambdas/hold-queue/hold-queue.ts';
import { lostMessage, replayedMessage } from '../../../lambdas/replay/replay.ts';
import { newJob, pageMessage } from '../../../lambdas/replay/replay-job.ts';
import { unknownFrom, unknownText } from '../../../lambdas/values/unknown-fields.ts';
import { withUnknown } from '../../helpers/unknown-fields.ts';
import { KNOWN_NAMES, WHOLE } from '../../helpers/whole-messages.ts';

/** As the next function reads it: what JSON does not hold has not survived. */
const sent = <T>(message: T): T => JSON.parse(JSON.stringify(message)) as T;

const unknownIn = (value: object) => Object.entries(value).filter(([name]) => !KNOWN_NAMES.has(name));

/** The unknown fields of the one are those of the other, neither more nor less. */
const expectAlike = (made: object, from: readonly object[]): void =>
  expect(Object.fromEntries(unknownIn(sent(made)))).toEqual(Object.fromEntries(from.flatMap(unknownIn)));

const check = <T>(whole: T, hop: (message: T) => void): void => {
  fc.assert(fc.property(withUnknown(whole), hop));
};

describe('what a later release has added survives', () => {
  it('fanout, into each delivery', () => {
    check(WHOLE.events, (message) => {
      for (const [i, event] of eventsOf(message).entries()) {
        const made = deliveryMessage(event, { id: 'sub_2', targetId: 'tgt_2' });
        expectAlike(made, [message]);
        expect(sent(made.event)).toEqual(asDelivered(message.events[i]!));
        for (const name of ['resume', 'only', 'digest', 'hops']) expect(made.event).not.toHaveProperty(name);
        expectAlike(made.event, [message.events[i]!]);
        expectAlike(made.event.payload, [message.events[i]!.payload]);
      }
    });
  });

  it('an event that goes back to the events queue', () => {
    check(WHOLE.events, (message) => {
      const back = eventsOf(message).map(goingBack).map(eventsMessage);
      for (const [i, made] of back.entries()) {
        const event: EventInFlight = { ...message.events[i]!, hops: 5 };
        expect(sent(made)).toEqual({ ...message, events: [event] });
      }
    });
  });

  it('a pass of fanout, in the place where the next one goes on', () => {
    check(WHOLE.events, ({ events }) => {
      const matching = { found: [{ id: 'sub_2' }, { id: 'sub_3' }], scannedUpTo: undefined };
      const { later } = planFanout(events, () => matching, 1);
      for (const [i, made] of later.entries()) expectAlike(made.resume!, [events[i]!.resume!]);
      expect(later).toHaveLength(events.length);
    });
  });

  it('an attempt, and being sent on', () => {
    check(WHOLE.delivery, (received) => {
      // They are used up by the attempt, which has the past.
      const { slot: _, asked: __, past, ...rest } = received;
      const made = { at: 1, ms: 1, status: 200 };
      const attempts = [...received.attempts, { ...made, past }];
      expect(sent(sentOn(withAttempt(received, made)))).toEqual({ ...rest, attempts, used: 2, hops: 7 });
    });
  });

  it('into an outcome, but what is of its event, which the log has', () => {
    check(WHOLE.delivery, (received) => {
      const delivery = withAttempt(received, { at: 1, ms: 1, status: 200 });
      const outcome = outcomeOf({ received, delivery, decision: { kind: 'delivered' } }, 2)!;
      expectAlike(outcome, [received]);
      expectAlike(outcome.attempts[0]!, [received.attempts[0]!]);
      expect(unknownIn(outcome.event)).toEqual([]);
      for (const name of ['v', 'kind', 'slot', 'hops']) expect(outcome).not.toHaveProperty(name);
    });
  });

  it('a dead letter', () => {
    check(WHOLE.dead, (message) => {
      const outcome = outcomeOfDead(message, 2);
      expect(outcome).toMatchObject({ status: 'dead', reason: 'exhausted', at: 2 });
      // A name that both have is the delivery's.
      expectAlike(outcome, [message, message.delivery]);
    });
  });

  it('the log, as an event', () => {
    check(WHOLE.events, ({ tenant, events }) => {
      for (const event of events) {
        const entry = { tenant, event, part: 0, subscriptions: ['sub_1'], matched: 1 };
        const item = toItem(entry, 3600) as unknown as EventItem & {
          id: string;
          type: string;
          ct: string;
          bytes: number;
        };
        const { digest: _, resume: __, hops: ___, only: ____, ...logged } = event;
        const found = eventOf(fromItems(item, [item]));
        expect({ ...found, payload: undefined }).toEqual({ ...logged, payload: undefined });
        expectAlike(found.payload, [event.payload]);
      }
    });
  });

  it('a replay, and being found lost', () => {
    check(
      WHOLE.delivery,
      ({ tenant, subscription, target, event, v: _, kind: __, slot: ___, hops: ____, ...all }) => {
        const { attempts, dropped, used, run, replayedAt, past, ...unknown } = all;
        const { waited: _waited, asked: _asked, ...more } = all;
        const known = { status: 'retrying', attempts, dropped, used, run, replayedAt, past } as const;
        const resend = { tenant, event, subscription, target, known: { ...known, unknown } };
        const lost: DeliveryMessage = {
          ...more,
          v: 1,
          kind: 'delivery',
          tenant,
          event,
          subscription,
          target,
        };
        expect(sent(lostMessage(resend))).toEqual(lost);
        expect(sent(replayedMessage(resend, 9))).toEqual({
          ...lost,
          used: 0,
          run: 2,
          replayedAt: 9,
          past: `${past} replayed@9`,
        });
      },
    );
  });

  it('from one page of a job to the next', () => {
    const about = { id: 'rpl_1', tenant: 't', action: 'send', selection: { kind: 'dead' } } as const;
    check(WHOLE.replay, (message) => {
      const job = { ...newJob(about, 1), page: 11 };
      expect(sent(pageMessage(job, message))).toEqual({ ...message, page: 11 });
    });
  });

  it('from one call to the next', () => {
    check(WHOLE.call, (call) => {
      const { step: _, hops: __, ...rest } = call;
      expect(sent(drainAfter(call, 9))).toEqual({ ...rest, at: 9 });
      expect(sent(drainAfter(call, 9, { step: 20, hops: 3 }))).toEqual({ ...rest, at: 9, step: 20, hops: 3 });
    });
  });

  it('the form in which the log holds it', () => {
    expect(unknownText({})).toBeUndefined();
    check({}, (unknown) => {
      expect(unknownFrom(unknownText(unknown))).toEqual(unknown);
    });
  });
});

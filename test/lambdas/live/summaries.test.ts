import { expect, it } from 'vitest';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import { messagesOf, summaryOf } from '../../../lambdas/live/summaries.ts';
import { deliveryId, withPrefix } from '../../../lambdas/values/ids.ts';
import { outcomeOf } from '../../builders/deliveries.ts';
import { eventOf } from '../../builders/events.ts';

const AT = Date.parse('2026-11-21T12:00:00.000Z');
const event = eventOf({ type: 'order.paid' });
const subscription = withPrefix('sub', event.ulid);
const of = (about: Partial<Outcome> = {}): Outcome => outcomeOf({ at: AT, event, subscription, ...about });
const attempt = (about: object = {}) => ({ at: AT, ms: 12.6, status: 503, ...about });

it.each<[string, Partial<Outcome>, object]>([
  [
    'delivered',
    { attempts: [attempt({ status: 200 })] },
    { status: 'delivered', attempt: 1, statusCode: 200, ms: 13 },
  ],
  [
    'retrying',
    { status: 'retrying', attempts: [attempt()], dropped: 2, waitingFor: 'retry', nextAttemptAt: AT + 5000 },
    { attempt: 3, statusCode: 503, reason: 'retry', nextAttemptAt: '2026-11-21T12:00:05.000Z' },
  ],
  [
    'without an answer',
    { status: 'retrying', attempts: [attempt({ status: undefined, error: 'timeout' })] },
    { attempt: 1, error: 'timeout' },
  ],
  [
    'dead',
    { status: 'dead', attempts: [attempt()], reason: 'exhausted' },
    { statusCode: 503, reason: 'exhausted' },
  ],
])('says what has become of a delivery: %s', (_, about, expected) => {
  expect(summaryOf(of(about))).toMatchObject({
    deliveryId: deliveryId(event.ulid, subscription),
    eventId: event.id,
    type: 'order.paid',
    targetId: 'tgt_1',
    subscriptionId: subscription,
    at: '2026-11-21T12:00:00.000Z',
    ...expected,
  });
});

it.each<[string, Partial<Outcome>]>([
  ['a delivery that waits', { status: 'parked', isWaiting: true, waitingFor: 'recovery' }],
  ['one that died between attempts', { status: 'dead', reason: 'target_deleted' }],
])('says nothing of attempts before, which may have been another target’s: %s', (_, about) => {
  const told = summaryOf(of({ attempts: [attempt()], ...about }));
  expect(told).toMatchObject({ attempt: 1, reason: about.reason ?? about.waitingFor });
  for (const field of ['statusCode', 'ms', 'error']) expect(told).not.toHaveProperty(field);
});

it('holds nothing that an endpoint answered, and no address', () => {
  const secret = 'a secret of the endpoint';
  const told = messagesOf([of({ attempts: [attempt({ response: secret, body: secret })] })], () => true);
  expect(JSON.stringify(told)).not.toContain(secret);
});

it('is one message for each tenant that somebody watches, and none for others', () => {
  const outcomes = ['a', 'b', 'a', 'c'].map((tenant) => of({ tenant }));
  const messages = messagesOf(outcomes, (tenant) => tenant !== 'c');
  expect(messages.map(({ tenant, outcomes: told }) => [tenant, told!.length])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
});

it('tells what has become of targets', () => {
  const targetChange = { state: 'disabled', reason: 'gone', at: AT };
  expect(messagesOf([of(), of({ targetChange })], () => true)[0]!.targets).toEqual([
    { targetId: 'tgt_1', state: 'disabled', reason: 'gone', at: '2026-11-21T12:00:00.000Z' },
  ]);
});

import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../../../../lambdas/events/event-items.ts';
import { type NotReached, whyNot } from '../../../../lambdas/manage/timeline/why-not.ts';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';
import { lowestUlidAt } from '../../../../lambdas/values/ids.ts';
import { eventOf } from '../../../builders/events.ts';

const ACCEPTED = Date.parse('2026-11-21T12:00:00Z');
const BEFORE = '2026-11-20T12:00:00.000Z';
const LATER = '2026-11-22T12:00:00.000Z';

const subscription = { id: 'sub_1', filterId: 'flt_1', active: true, createdAt: BEFORE, updatedAt: BEFORE };
const filter = {
  id: 'flt_1',
  events: ['order.*'],
  active: true,
  createdAt: BEFORE,
  updatedAt: BEFORE,
  revision: 1,
};
const other = { ...filter, events: ['invoice.*'] };
const asking = { ...filter, where: { data: { total: [{ numeric: ['>', 100] }] } } };
const event = (about: Partial<LoggedEvent> = {}): LoggedEvent => ({
  ...eventOf({ ulid: lowestUlidAt(ACCEPTED), type: 'order.paid' }),
  matched: 0,
  subscriptions: [],
  fannedOut: [],
  lastPart: 0,
  ...about,
});

const because = (about: Partial<NotReached>): string[] =>
  whyNot(
    { event: event(), subscription, filter, data: { total: 1 }, isPayloadGone: false, ...about },
    ENGINES,
  ).map(({ entry }) => `${entry.reason}: ${entry.text}`);

const CHANGED = `filter_changed: The filter was last changed at ${LATER}, after the event was accepted. What it said then is not kept.`;
const MATCHES =
  'matches_now: The filter as it is now matches the event. A replay of the subscription sends it.';
const UNKNOWN =
  'unknown: Nothing that is kept explains it. A change of a subscription or its filter applies to events within ten seconds.';
const TYPE =
  'filter: The filter does not match: expected type to be one that matches invoice.*, got "order.paid".';

describe('why a subscription did not get an event (C5, E4)', () => {
  it.each<[string, Partial<NotReached>, string[]]>([
    ['another type', { filter: other }, [TYPE]],
    [
      'another payload',
      { filter: asking },
      ['filter: The filter does not match: expected data.total to be a number > 100, got 1.'],
    ],
    ['another filter since then', { filter: { ...other, updatedAt: LATER } }, [TYPE, CHANGED]],
    ['a filter that was made to match', { filter: { ...filter, updatedAt: LATER } }, [CHANGED, MATCHES]],
    [
      'a filter that is off',
      { filter: { ...filter, active: false } },
      ['filter_disabled: The filter is switched off.'],
    ],
    ['no filter', { filter: undefined }, ['filter_deleted: The subscription’s filter was deleted.']],
    [
      'a payload that is gone',
      { filter: asking, data: undefined, isPayloadGone: true },
      ['payload_gone: The payload, which the filter asks for, is no longer kept.'],
    ],
    [
      'a payload that is gone, and is not asked for',
      { filter: other, data: undefined, isPayloadGone: true },
      [TYPE],
    ],
    [
      'a subscription that was made later',
      { subscription: { ...subscription, createdAt: LATER, updatedAt: LATER } },
      [`created_later: The subscription was made at ${LATER}, after the event was accepted.`, MATCHES],
    ],
    [
      'a pause',
      { subscription: { ...subscription, active: false } },
      [
        'paused: The subscription is paused, and was when the event was accepted.',
        MATCHES.replace('sends it.', 'sends it once it is resumed.'),
      ],
    ],
    [
      'a pause that may be newer',
      { subscription: { ...subscription, active: false, updatedAt: LATER }, filter: other },
      [
        `paused: The subscription is paused. It was last changed at ${LATER}, after the event was accepted, so it may have been active then.`,
        TYPE,
      ],
    ],
    [
      'a subscription that was changed',
      { subscription: { ...subscription, updatedAt: LATER } },
      [
        `subscription_changed: The subscription was last changed at ${LATER}, after the event was accepted. It may have been paused then, or have had another filter.`,
        MATCHES,
      ],
    ],
    [
      'an address',
      { event: event({ only: 'sub_2' }), filter: other },
      ['addressed_to_another: The event was addressed to sub_2 alone.'],
    ],
    [
      'its own address, while it was paused',
      { event: event({ only: 'sub_1' }), subscription: { ...subscription, active: false }, filter: other },
      ['paused: The subscription is paused, and was when the event was accepted.'],
    ],
    ['its own address, and nothing else', { event: event({ only: 'sub_1' }), filter: other }, [UNKNOWN]],
    [
      'matching that goes on',
      { event: event({ isOpen: true }) },
      ['matching: Not all subscriptions have been asked yet. Look again in a minute.'],
    ],
    [
      'a fault of ours',
      { event: event({ dead: true }), filter: other },
      [
        'event_dead: A part of Posthorn kept failing on the event, so not all subscriptions were asked.',
        TYPE,
      ],
    ],
    ['nothing that is kept', {}, [UNKNOWN, MATCHES]],
  ])('%s', (_, about, expected) => {
    expect(because(about)).toEqual(expected);
  });

  it('says in fields which part of a filter does not hold', () => {
    const facts = { event: event(), subscription, filter: other, data: {}, isPayloadGone: false };
    expect(whyNot(facts, ENGINES)).toMatchObject([
      { entry: { kind: 'not_matched', subscriptionId: 'sub_1', mismatch: { part: 'events', path: 'type' } } },
    ]);
  });
});

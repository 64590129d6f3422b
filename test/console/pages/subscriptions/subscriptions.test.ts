import { describe, expect, test } from 'vitest';
import { bodyOf, missingOf, type NewSubscription } from '../../../../console/pages/subscriptions/create.ts';
import { draftOf } from '../../../../console/pages/subscriptions/filter/draft.ts';
import { found } from '../../../../console/pages/subscriptions/search.ts';
import type { Subscription } from '../../../../console/pages/subscriptions/use-entity.ts';

const row = (id: string, part: Partial<Subscription>): Subscription =>
  ({
    id,
    active: true,
    url: `https://${id}.example/hook`,
    events: ['**'],
    targetId: `tgt_${id}`,
    filterId: `flt_${id}`,
    createdAt: '2026-11-27T12:00:00Z',
    updatedAt: '2026-11-27T12:00:00Z',
    ...part,
  }) as Subscription;

const ROWS = [
  row('a', { name: 'Failed payments', events: ['payment.**'] }),
  row('b', { active: false, events: ['order.created', 'order.paid'] }),
  row('c', { disabled: { at: '2026-11-27T12:00:00Z', reason: 'gone' } }),
];

describe('a search among subscriptions', () => {
  test.each([
    [{}, 'abc'],
    [{ q: 'PAYMENTS failed' }, 'a'],
    [{ q: 'b.example' }, 'b'],
    [{ q: 'flt_c' }, 'c'],
    [{ q: 'nobody' }, ''],
    [{ state: 'paused' }, 'b'],
    [{ state: 'active,disabled' }, 'ac'],
    [{ eventType: 'order.paid' }, 'bc'],
    [{ eventType: 'posthorn.target.disabled' }, ''],
    [{ targetId: 'tgt_a' }, 'a'],
    [{ q: 'order', eventType: 'order.paid' }, 'b'],
  ])('%j', (search, ids) =>
    expect(
      found(ROWS, search)
        .map(({ id }) => id)
        .join(''),
    ).toBe(ids),
  );
});

describe('a subscription that is made', () => {
  const events = ['order.**'];
  const wanted: NewSubscription = {
    name: ' orders ',
    endpoint: 'new',
    url: 'https://example.com/hook',
    targetId: undefined,
    filter: 'new',
    filterId: undefined,
    draft: draftOf({ events }),
  };

  test.each<[string, Partial<NewSubscription>, object]>([
    ['all in one', {}, { url: wanted.url, events }],
    [
      'with an endpoint',
      { endpoint: 'existing', targetId: 'tgt_1' },
      { targetId: 'tgt_1', filter: { events } },
    ],
    [
      'with a filter',
      { filter: 'existing', filterId: 'flt_1' },
      { target: { url: wanted.url }, filterId: 'flt_1' },
    ],
    [
      'with both',
      { endpoint: 'existing', targetId: 'tgt_1', filter: 'existing', filterId: 'flt_1' },
      { targetId: 'tgt_1', filterId: 'flt_1' },
    ],
  ])('%s', (_, part, body) => {
    expect(bodyOf({ ...wanted, ...part })).toEqual({ name: 'orders', ...body });
    expect(missingOf({ ...wanted, ...part })).toBeUndefined();
  });

  test.each<[Partial<NewSubscription>, string]>([
    [{ url: ' ' }, 'Write the endpoint’s URL.'],
    [{ endpoint: 'existing' }, 'Choose an endpoint.'],
    [{ filter: 'existing' }, 'Choose a filter.'],
  ])('%j is not enough', (part, text) => expect(missingOf({ ...wanted, ...part })).toBe(text));
});

import { expect, it } from 'vitest';
import { createdBy, figuresOf, isOfTheCall } from '../../bench/manage/manage.ts';
import { MEASURED_CALLS } from '../../bench/manage/manage-calls.ts';
import type { MeterEntry } from '../../local/core/meter.ts';

it.each([
  ['POST', '/v1/targets', { id: 'tgt_1' }, '/v1/targets/tgt_1'],
  ['POST', '/v1/subscriptions', { id: 'sub_1' }, '/v1/subscriptions/sub_1'],
  ['POST', '/v1/filters/test', { matches: true }, undefined],
  ['POST', '/v1/subscriptions/sub_1/test', { id: 'event' }, undefined],
  ['GET', '/v1/filters', { items: [] }, undefined],
  ['PUT', '/v1/event-types/a.b', {}, '/v1/event-types/a.b'],
])('%s %s that answers %j has made %s', (method, path, answer, created) => {
  expect(createdBy(method, path, answer)).toBe(created);
});

it('only the API and the managing function belong to a call', () => {
  const callers = ['client', 'Manage', 'Authorize', 'Fanout', 'poller', 'operator'];
  expect(callers.filter((caller) => isOfTheCall({ caller }))).toEqual(['client', 'Manage']);
});

it('figures are those of one call, and prices those of a million (C10, E2)', () => {
  const entry = (fields: Partial<MeterEntry>): MeterEntry => ({
    caller: 'Manage',
    service: 'dynamodb',
    operation: 'GetItem',
    requests: 4,
    units: 8,
    ...fields,
  });
  const entries = [
    entry({}),
    entry({ operation: 'BatchGetItem', requests: 2, units: 1 }),
    entry({ service: 'lambda', operation: 'Invoke', requests: 4, units: 0 }),
  ];
  expect(figuresOf({ operation: 'getTarget', variant: 'cold' }, [1, 2, 3, 40], entries)).toMatchObject({
    call: 'getTarget (cold)',
    p50: 2,
    p95: 40,
    requests: [
      { operation: 'BatchGetItem', perCall: 0.5, unitsPerCall: 0.25 },
      { operation: 'GetItem', perCall: 1, unitsPerCall: 2 },
    ],
    // 2.25 read units at $0.125 and one invocation at $0.20 a million.
    dollarsPerMillion: 0.48,
  });
});

it('no two measured calls go by one name', () => {
  const names = MEASURED_CALLS.map(({ operation, variant }) => `${operation} ${variant}`);
  expect(new Set(names).size).toBe(names.length);
});

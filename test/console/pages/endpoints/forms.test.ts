import { expect, test } from 'vitest';
import { refused } from '../../../../client/errors.ts';
import { switchesFor } from '../../../../console/pages/endpoints/actions/switches.ts';
import { creationOf, EMPTY, problemOfField } from '../../../../console/pages/endpoints/create/creation.ts';
import { firstTypeOf, sampleText } from '../../../../console/pages/endpoints/test/sample.ts';

test('an endpoint without event types is made alone, one with them with its subscription', () => {
  const alone = creationOf({ ...EMPTY, url: ' https://example.com/hook ', name: '' });
  expect(alone).toEqual({ target: { url: 'https://example.com/hook', signature: 'standard' } });
  const both = creationOf({
    ...EMPTY,
    url: 'https://example.com/hook',
    name: 'Orders',
    events: ['order.**'],
  });
  expect(both.subscription).toEqual({
    name: 'Orders',
    target: { url: 'https://example.com/hook', name: 'Orders', signature: 'standard' },
    filter: { events: ['order.**'] },
  });
});

test('what the API says of a field stands at it, in whichever call it was', () => {
  const said = (field: string) =>
    refused({ status: 400, kind: 'invalid', field, message: 'expected https', problems: [], operation: '' });
  expect(problemOfField(said('url'), 'url')).toBe('expected https');
  expect(problemOfField(said('target.url'), 'url')).toBe('expected https');
  expect(problemOfField(said('filter.events.0'), 'events')).toBe('expected https');
  expect(problemOfField(said('filter.events.0'), 'url')).toBeUndefined();
});

test.each([
  ['on, all active', { active: true }, [true, true], ['pause', 'disable']],
  ['on, some paused', { active: true }, [true, false], ['pause', 'resume', 'disable']],
  ['switched off, all paused', { active: false }, [false], ['resume', 'enable']],
  [
    'given up by Posthorn',
    { active: true, disabled: { at: '2026-11-27T12:00:00.000Z', reason: 'gone' as const } },
    [true],
    ['pause', 'enable'],
  ],
  ['nothing subscribed', { active: true }, [], ['disable']],
])('the switches of an endpoint that is %s', (_, target, active, expected) => {
  const subscriptions = active.map((each) => ({ active: each }));
  expect(switchesFor(target, subscriptions).map(({ name }) => name)).toEqual(expected);
});

const CATALOGUE = [{ name: 'order.created', sample: { order: 1 } }, { name: 'order.line.added' }];

test.each([
  [['order.**', 'payment.failed'], 'payment.failed'],
  [['order.**'], 'order.created'],
  [['order.*.added'], 'order.line.added'],
  [['order.*'], 'order.created'],
  [['**'], 'order.created'],
  [['invoice.*'], ''],
  [[], ''],
])('a test event for %j is a %j', (patterns, type) => {
  expect(firstTypeOf(patterns, CATALOGUE)).toBe(type);
});

test('a test event begins with the sample of its type', () => {
  expect(JSON.parse(sampleText(CATALOGUE, 'order.created'))).toEqual({ order: 1 });
  expect(JSON.parse(sampleText(CATALOGUE, 'other'))).toEqual({ test: true });
});

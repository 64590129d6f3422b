import { expect, test } from 'vitest';
import { withSet } from '../../../cli/routes/body.ts';

const BODY = { data: { amount: 5, tags: ['a', 'b'] }, name: 'x' };

test.each([
  ['a number', 'data.amount=5000', { ...BODY, data: { ...BODY.data, amount: 5000 } }],
  ['text that is no JSON', 'name=orders, production', { ...BODY, name: 'orders, production' }],
  ['text that looks like JSON, quoted', 'name="5"', { ...BODY, name: '5' }],
  ['what holds an equals sign', 'name=a=b', { ...BODY, name: 'a=b' }],
  ['an object', 'data={"x":1}', { ...BODY, data: { x: 1 } }],
  ['a place of a list', 'data.tags.1=c', { ...BODY, data: { ...BODY.data, tags: ['a', 'c'] } }],
  ['the place after the last', 'data.tags.2=c', { ...BODY, data: { ...BODY.data, tags: ['a', 'b', 'c'] } }],
  ['what was not there', 'retry.jitter=0.2', { ...BODY, retry: { jitter: 0.2 } }],
  ['nothing', 'name=', { ...BODY, name: '' }],
])('--set sets %s', (_, assignment, expected) => {
  const before = structuredClone(BODY);
  expect(withSet(BODY, assignment)).toEqual(expected);
  expect(BODY).toEqual(before);
});

test.each([
  ['no value', 'name', /expected path=value/],
  ['no path', '=5', /expected path=value/],
  ['an empty part', 'data..x=5', /expected a path such as/],
  ['a prototype', '__proto__.x=1', /expected a path such as/],
  ['a path through text', 'name.first=1', /can't be set in "x"/],
  ['a place that is too far', 'data.tags.7=c', /expected a place from 0 to 2/],
])('--set refuses %s', (_, assignment, message) => {
  expect(() => withSet(BODY, assignment)).toThrow(message);
});

import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../local/services/events/event-pattern.ts';

const event = {
  source: 'shop.eu',
  'detail-type': 'Order Created',
  resources: ['arn:1', 'arn:2'],
  detail: {
    state: 'paid',
    amount: 120,
    note: null,
    tags: ['new', 'large'],
    empty: '',
    items: [
      { sku: 'a', count: 1 },
      { sku: 'b', count: 9 },
    ],
  },
};

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
describe('an event pattern', () => {
  it.each<[object, boolean]>([
    [{ source: ['shop.eu'] }, true],
    [{ source: ['shop'] }, false],
    [{ source: ['x', 'shop.eu'], detail: { state: ['paid'] } }, true],
    [{ source: ['shop.eu'], detail: { state: ['open'] } }, false],
    [{ resources: ['arn:2'] }, true],
    [{ detail: { tags: ['large'] } }, true],
    [{ detail: { tags: ['small'] } }, false],
    [{ detail: { note: [null] } }, true],
    [{ detail: { empty: [''] } }, true],
    [{ detail: { amount: ['120'] } }, false],
    [{ source: [{ prefix: 'shop' }] }, true],
    [{ source: [{ prefix: { 'equals-ignore-case': 'SHOP' } }] }, true],
    [{ source: [{ suffix: '.us' }] }, false],
    [{ source: [{ 'equals-ignore-case': 'SHOP.EU' }] }, true],
    [{ source: [{ wildcard: 'sh*.e*' }] }, true],
    [{ source: [{ wildcard: 'sh\\*' }] }, false],
    [{ source: [{ 'anything-but': 'shop.eu' }] }, false],
    [{ source: [{ 'anything-but': ['a', 'b'] }] }, true],
    [{ source: [{ 'anything-but': { prefix: 'posthorn' } }] }, true],
    [{ source: [{ 'anything-but': { prefix: ['shop', 'x'] } }] }, false],
    [{ detail: { missing: [{ 'anything-but': 'a' }] } }, false],
    [{ detail: { missing: [{ exists: false }] } }, true],
    [{ detail: { state: [{ exists: true }] } }, true],
    [{ detail: { amount: [{ numeric: ['>', 100, '<=', 120] }] } }, true],
    [{ detail: { amount: [{ numeric: ['=', 119] }] } }, false],
    [{ detail: { items: { sku: ['a'], count: [1] } } }, true],
    [{ detail: { items: { sku: ['a'], count: [9] } } }, false],
    [{ $or: [{ source: ['x'] }, { detail: { state: ['paid'] } }] }, true],
    [{ $or: [{ source: ['x'] }, { detail: { state: ['open'] } }] }, false],
  ])('%j matches: %s', (pattern, matches) => expect(compilePattern(pattern)(event)).toBe(matches));

  it.each<[unknown, string]>([
    [{}, 'expected an object with members'],
    [{ source: 'shop' }, 'event pattern.source: expected an object with members'],
    [{ source: [] }, 'event pattern.source: expected a value'],
    [{ source: [['shop']] }, 'a list in a list'],
    [{ source: [{ cidr: '10.0.0.0/8' }] }, 'operator cidr is not implemented'],
    [{ source: [{ prefix: 'a', suffix: 'b' }] }, 'operator prefix,suffix is not implemented'],
    [{ source: [{ prefix: 7 }] }, 'expected a text'],
    [{ source: [{ wildcard: 'a**b' }] }, 'no two *'],
    [{ detail: { n: [{ numeric: ['>', '1'] }] } }, 'expected a comparison'],
    [{ detail: { n: [{ exists: 'yes' }] } }, 'expected true or false'],
    [{ $or: [{ source: ['x'] }] }, 'two patterns or more'],
    [{ source: ['x'.repeat(2100)] }, 'at most 2048 characters'],
  ])('%j is refused', (pattern, problem) => expect(() => compilePattern(pattern)).toThrow(problem));
});

import { describe, expect, it } from 'vitest';
import { touchesData } from '../../../../lambdas/matching/language/condition.ts';
import { eventWith, holds } from '../../../helpers/matching/matching.ts';

/**
 * Sources: "Or" in https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html, and the
 * README of https://github.com/aws/event-ruler. One alternative is enough here, where Event Ruler wants two.
 */
const event = eventWith(
  {
    level: 'ERROR',
    ms: 2500,
    user: { plan: 'pro', region: 'eu' },
    items: [{ sku: 'a', n: 1 }, { sku: 'b' }],
  },
  { source: 'shop' },
);

describe('alternatives', () => {
  it.each<[string, unknown, boolean]>([
    ['at the root', { $or: [{ source: ['till'] }, { data: { level: ['ERROR'] } }] }, true],
    ['none of which holds', { $or: [{ source: ['till'] }, { data: { level: ['INFO'] } }] }, false],
    ['only one', { $or: [{ source: ['shop'] }] }, true],
    ['beside fields', { source: ['shop'], $or: [{ type: ['x'] }, { priority: ['normal'] }] }, true],
    ['beside a field that does not hold', { source: ['till'], $or: [{ priority: ['normal'] }] }, false],
    ['of several fields', { $or: [{ source: ['shop'], type: ['x'] }, { type: ['y'] }] }, false],
    ['in data', { data: { $or: [{ level: ['INFO'] }, { ms: [{ numeric: ['>', 2000] }] }] } }, true],
    ['in data, beside fields', { data: { level: ['INFO'], $or: [{ ms: [2500] }] } }, false],
    ['in an object', { data: { user: { $or: [{ plan: ['free'] }, { region: ['eu'] }] } } }, true],
    ['in an alternative', { $or: [{ type: ['x'] }, { $or: [{ type: ['y'] }, { source: ['shop'] }] }] }, true],
    [
      'in an alternative, beside fields of it',
      { data: { $or: [{ ms: [1], $or: [{ level: ['ERROR'] }] }, { ms: [2] }] } },
      false,
    ],
    ['at two places', { $or: [{ source: ['shop'] }], data: { $or: [{ ms: [2500] }] } }, true],
    [
      'at two places, one of which fails',
      { $or: [{ source: ['shop'] }], data: { $or: [{ ms: [1] }] } },
      false,
    ],
    ['of one element', { data: { items: { $or: [{ sku: ['b'], n: [1] }, { sku: ['c'] }] } } }, false],
    ['of another element', { data: { items: { $or: [{ sku: ['c'] }, { sku: ['b'] }] } } }, true],
  ])('%s', (_, where, expected) => {
    expect(holds(where, event)).toBe(expected);
  });
});

describe('a payload that is not JSON', () => {
  const noJson = eventWith(undefined, { source: 'shop' });

  it.each<[string, unknown, boolean]>([
    ['fields of the event', { source: ['shop'] }, true],
    ['a field of the payload', { data: { a: [1] } }, false],
    ['a field that may not be there', { data: { a: [{ exists: false }] } }, false],
    ['a payload that may not be there', { data: [{ exists: false }] }, false],
    ['an alternative of the event', { $or: [{ data: { a: [1] } }, { source: ['shop'] }] }, true],
    ['an alternative of both', { $or: [{ data: { a: [{ exists: false }] }, source: ['shop'] }] }, false],
  ])('%s', (_, where, expected) => {
    expect(holds(where, noJson)).toBe(expected);
  });

  it.each<[Parameters<typeof touchesData>[0], boolean]>([
    [{}, false],
    [{ type: ['data'] }, false],
    [{ data: { a: [1] } }, true],
    [{ $or: [{ type: ['x'] }, { data: [1] }] }, true],
    [{ $or: [{ type: ['x'] }, { $or: [{ data: [1] }] }] }, true],
    [{ $or: [{ type: ['x'] }, { source: ['data'] }] }, false],
  ])('%j: whether it is needed: %s', (condition, expected) => {
    expect(touchesData(condition)).toBe(expected);
  });
});

describe('fields of the event', () => {
  it.each<[unknown, boolean]>([
    [{}, true],
    [{ type: ['order.paid'] }, true],
    [{ type: [{ prefix: 'order.' }], source: [{ 'equals-ignore-case': 'SHOP' }] }, true],
    [{ source: ['till', 'shop'], priority: ['normal'] }, true],
    [{ region: [{ exists: false }] }, true],
    [{ region: [{ 'anything-but': 'eu' }] }, false],
    [{ source: [{ exists: true }] }, true],
    [{ source: [{ regex: '^sh' }] }, true],
    [{ region: ['eu'] }, false],
  ])('%j: %s', (where, expected) => {
    expect(holds(where, event)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { eventWith, holds } from '../../../helpers/matching/matching.ts';

/**
 * Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html, and "JSON Array
 * Matching" in the README of https://github.com/aws/event-ruler.
 */
type Case = readonly [pattern: unknown, data: unknown, holds: boolean];

const table = (name: string, cases: readonly Case[]) =>
  describe(name, () => {
    it.each(cases)('%j of %j: %s', (pattern, data, expected) => {
      expect(holds({ data: pattern }, eventWith(data))).toBe(expected);
    });
  });

table('arrays of values (user guide: the two lists share a value)', [
  [{ tags: ['vip'] }, { tags: ['new', 'vip'] }, true],
  [{ tags: ['vip', 'old'] }, { tags: ['old'] }, true],
  [{ tags: ['vip'] }, { tags: ['new'] }, false],
  [{ tags: ['vip'] }, { tags: [] }, false],
  [{ tags: [null] }, { tags: [null] }, true],
  [{ tags: [null] }, { tags: [] }, false],
  [{ tags: [{ prefix: 'v' }] }, { tags: ['new', 'vip'] }, true],
  [{ tags: [{ numeric: ['>', 2] }] }, { tags: [1, '3', 3] }, true],
  [{ tags: [{ 'anything-but': 'vip' }] }, { tags: ['vip'] }, false],
  [{ tags: [{ 'anything-but': 'vip' }] }, { tags: ['vip', 'new'] }, true],
  [{ tags: [{ 'anything-but': 'vip' }] }, { tags: [] }, false],
  [{ tags: [{ exists: true }] }, { tags: ['a'] }, true],
  [{ tags: [{ exists: true }] }, { tags: [{}] }, false],
  [{ tags: [{ exists: false }] }, { tags: [{}, []] }, true],
  [{ tags: [{ exists: false }] }, { tags: [{}, 1] }, false],
]);

table('arrays in arrays are one array (README: "crushed out")', [
  [{ cells: ['deep'] }, { cells: [['deep']] }, true],
  [{ cells: ['deep'] }, { cells: [[[], [['x'], 'deep']]] }, true],
  [{ cells: ['deep'] }, { cells: [[{ a: 'deep' }]] }, false],
  [{ cells: [{ exists: false }] }, { cells: [[], [[]]] }, true],
  [{ rows: { a: [1] } }, { rows: [[{ a: 0 }], [[{ a: 1 }]]] }, true],
  [{ rows: { a: [1], b: [2] } }, { rows: [[{ a: 1 }], [{ b: 2 }]] }, false],
]);

table('arrays of objects (README: no match across elements of one array)', [
  [{ items: { sku: ['b'], size: [2] } }, { items: [{ sku: 'a' }, { sku: 'b', size: 2 }] }, true],
  [
    { items: { sku: ['a'], size: [2] } },
    {
      items: [
        { sku: 'a', size: 1 },
        { sku: 'b', size: 2 },
      ],
    },
    false,
  ],
  [{ items: { parts: { id: [1], ok: [true] } } }, { items: [{ parts: [{ id: 1, ok: true }] }] }, true],
  [{ items: { parts: { id: [1], ok: [true] } } }, { items: [{ parts: [{ id: 1 }, { ok: true }] }] }, false],
  [
    { items: { parts: { id: [1] }, tag: ['x'] } },
    { items: [{ parts: [{ id: 1 }] }, { tag: 'x', parts: [{ id: 2 }] }] },
    false,
  ],
  [{ items: { sku: ['a'] } }, { items: ['a', { sku: 'a' }] }, true],
  [{ items: { sku: ['a'] } }, { items: ['a'] }, false],
  [{ items: { length: [1] } }, { items: ['a'] }, false],
  [{ items: { 0: ['a'] } }, { items: ['a'] }, false],
]);

table('exists: false below an array wants a field in no element (Event Ruler)', [
  [{ items: { sku: [{ exists: false }] } }, { items: [{ sku: 'a' }, {}] }, false],
  [{ items: { sku: [{ exists: false }] } }, { items: [{ sku: 'a' }] }, false],
  [{ items: { sku: [{ exists: false }] } }, { items: [{ size: 1 }, {}, 7, []] }, true],
  [{ items: { sku: [{ exists: false }] } }, { items: [] }, true],
  [{ items: { sku: [{ exists: false }] } }, { items: [[[{ sku: 'a' }]], {}] }, false],
  [{ items: { sku: [{ exists: false }] } }, { items: [{ sku: [] }, { sku: { a: 1 } }] }, true],
  [{ items: { sku: [{ exists: false }] } }, { items: [{ sku: [[]] }, { sku: [null] }] }, false],
  [{ items: { parts: { id: [{ exists: false }] } } }, { items: [{ parts: [{ id: 1 }, {}] }, {}] }, false],
  [{ items: { parts: { id: [{ exists: false }] } } }, { items: [{ parts: [{}, 1] }, {}] }, true],
  [{ items: { parts: { id: [{ exists: false }] } } }, { items: [{ parts: { id: 1 } }] }, false],
  [{ sku: [{ exists: false }] }, [{ sku: 'a' }, {}], false],
  [{ items: { a: [{ exists: false }], b: [{ exists: false }] } }, { items: [{ a: 1 }, { b: 1 }] }, false],
  [{ items: { a: [{ exists: false }], b: [{ exists: false }] } }, { items: [{ c: 1 }] }, true],
]);

table('beside a field that has chosen an element, exists: false is about that one', [
  [
    { items: { sku: ['b'], tax: [{ exists: false }] } },
    { items: [{ sku: 'a', tax: 1 }, { sku: 'b' }] },
    true,
  ],
  [
    { items: { sku: ['b'], tax: [{ exists: false }] } },
    { items: [{ sku: 'a' }, { sku: 'b', tax: 1 }] },
    false,
  ],
  // Of any name: Event Ruler takes the names in order, and knows no element yet when it comes to this one.
  [
    { items: { sku: ['b'], duty: [{ exists: false }] } },
    { items: [{ sku: 'a', duty: 1 }, { sku: 'b' }] },
    true,
  ],
  [
    { items: { sku: [{ exists: true }], tax: [{ exists: false }] } },
    { items: [{ sku: 'a' }, { tax: 1 }] },
    true,
  ],
  [
    { items: { parts: { id: [1], ok: [{ exists: false }] } } },
    { items: [{ parts: [{ id: 1, ok: 1 }, { id: 1 }] }] },
    true,
  ],
]);

table('a list that takes a value or its absence', [
  [{ items: { sku: ['b', { exists: false }] } }, { items: [{ sku: 'a' }, {}] }, false],
  [{ items: { sku: ['b', { exists: false }] } }, { items: [{ sku: 'a' }, { sku: 'b' }] }, true],
  [{ items: { sku: ['b', { exists: false }] } }, { items: [{}, {}] }, true],
  [
    { items: { sku: ['b', { exists: false }], tax: [{ exists: false }] } },
    { items: [{ sku: 'b' }, { tax: 2 }] },
    true,
  ],
  [
    { items: { $or: [{ a: [{ exists: false }] }, { b: [{ exists: false }] }] } },
    { items: [{ a: 1 }, { b: 1 }] },
    false,
  ],
  [{ items: { $or: [{ a: [{ exists: false }] }, { b: [2] }] } }, { items: [{ a: 1 }, { b: 2 }] }, true],
  [{ items: { $or: [{ a: [{ exists: false }] }, { b: [2] }] } }, { items: [{ a: 1 }, { b: 3 }] }, false],
  [
    { items: { $or: [{ a: [{ exists: false }] }, { b: [2] }], c: [{ exists: false }] } },
    { items: [{ b: 3 }, 1] },
    true,
  ],
]);

table('objects that are not there have no fields', [
  [{ user: { plan: [{ exists: false }] } }, {}, true],
  [{ user: { plan: [{ exists: false }] } }, { user: null }, true],
  [{ user: { plan: [{ exists: false }] } }, { user: [] }, true],
  [{ user: { plan: [{ exists: false }] } }, { user: { plan: 'pro' } }, false],
  [{ user: { plan: { name: [{ exists: false }] } } }, { user: 7 }, true],
  [{ user: { plan: [null] } }, {}, false],
  [{ user: { plan: [{ 'anything-but': 'pro' }] } }, {}, false],
]);

table('a payload may be one value, or a list', [
  [[5], 5, true],
  [[5], [4, 5], true],
  [[null], null, true],
  [[{ exists: false }], {}, true],
  [{ id: [1] }, [{ id: 0 }, { id: 1 }], true],
  [{ id: [1] }, 1, false],
]);

table('a dot in a name is a part of it, where Event Ruler takes it for a step', [
  [{ 'a.b': [1] }, { 'a.b': 1 }, true],
  [{ 'a.b': [1] }, { a: { b: 1 } }, false],
  [{ a: { b: [1] } }, { 'a.b': 1 }, false],
]);

it('a hundred nested arrays are searched, and no more', () => {
  const nested = (levels: number): unknown =>
    Array.from({ length: levels }).reduce((inner) => [inner], 'x' as unknown);
  expect(holds({ data: { a: ['x'] } }, eventWith({ a: nested(100) }))).toBe(true);
  expect(holds({ data: { a: ['x'] } }, eventWith({ a: nested(101) }))).toBe(false);
});

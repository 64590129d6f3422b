import { describe, expect, it } from 'vitest';
import { explainMismatch } from '../../../../lambdas/matching/filters/explain.ts';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';
import type { FilterParts } from '../../../../lambdas/matching/language/filter.ts';
import { MAX_STEPS } from '../../../../lambdas/matching/language/step-budget.ts';
import { eventWith } from '../../../helpers/matching/matching.ts';

const event = eventWith(
  {
    level: 'ERROR',
    amount: 10,
    paid: true,
    note: null,
    tags: ['new', 'vip'],
    none: [],
    user: { plan: 'pro', id: '7' },
    items: [
      { sku: 'a', size: 1 },
      { sku: 'b', size: 2 },
    ],
    only: [[{ sku: 'a' }]],
    nested: [['deep']],
    ip: '10.0.0.1',
    huge: JSON.parse('1e999'),
    emoji: '🦉'.repeat(200),
  },
  { source: 'shop', at: Date.UTC(2024, 4, 6, 7, 30) },
);

const explain = (filter: Partial<FilterParts>, envelope = event) =>
  explainMismatch({ events: ['**'], ...filter }, envelope, ENGINES);

/** As a sentence, the way it is sent: expected … to be …, got …. */
const sentence = (filter: Partial<FilterParts>, envelope = event): string | undefined => {
  const reason = explain(filter, envelope);
  return reason && `${reason.part}: ${reason.path} to be ${reason.expected}, got ${reason.got}`;
};

describe('why a condition does not hold (E4)', () => {
  it.each<[NonNullable<FilterParts['where']>, string]>([
    [{ source: ['till'] }, 'source to be one of "till", got "shop"'],
    [{ region: ['eu'] }, 'region to be one of "eu", got nothing'],
    [{ data: { level: ['INFO', 'WARN'] } }, 'data.level to be one of "INFO", "WARN", got "ERROR"'],
    [{ data: { amount: ['10'] } }, 'data.amount to be one of "10", got 10'],
    [{ data: { paid: [1] } }, 'data.paid to be one of 1, got true'],
    [{ data: { absent: [null] } }, 'data.absent to be one of null, got nothing'],
    [{ data: { note: ['x'] } }, 'data.note to be one of "x", got null'],
    [{ data: { user: ['pro'] } }, 'data.user to be one of "pro", got an object'],
    [{ data: { level: { code: [1] } } }, 'data.level to be an object, got "ERROR"'],
    [{ data: { tags: ['old'] } }, 'data.tags to be one of "old", got an array of 2, none of which fits'],
    [{ data: { none: ['x'] } }, 'data.none to be one of "x", got an empty array'],
    [{ data: { nested: ['x'] } }, 'data.nested to be one of "x", got "deep"'],
    [
      { data: { items: { sku: ['a'], size: [2] } } },
      'data.items to be an object, got an array of 2, none of which fits',
    ],
    [{ data: { only: { sku: ['b'] } } }, 'data.only.sku to be one of "b", got "a"'],
    [{ data: { toString: ['x'] } }, 'data.toString to be one of "x", got nothing'],
    [
      { data: { user: { constructor: { name: ['x'] } } } },
      'data.user.constructor to be an object, got nothing',
    ],
    [{ data: { huge: [1] } }, 'data.huge to be one of 1, got a number beyond all that can be kept'],
    [{ source: ['shop'], data: { paid: [true], level: ['x'] } }, 'data.level to be one of "x", got "ERROR"'],
  ])('%j', (where, expected) => {
    expect(sentence({ where })).toBe(`where: ${expected}`);
  });
});

describe('what an operator asked for', () => {
  it.each<[unknown[], string]>([
    [[{ prefix: 'F' }], 'a text that begins with "F"'],
    [[{ prefix: { 'equals-ignore-case': 'F' } }], 'a text that begins with "F" in any case'],
    [[{ suffix: '.pdf' }], 'a text that ends with ".pdf"'],
    [[{ suffix: { 'equals-ignore-case': '.pdf' } }], 'a text that ends with ".pdf" in any case'],
    [[{ 'equals-ignore-case': 'info' }], '"info" in any case'],
    [[{ wildcard: '*-*' }], 'a text like "*-*"'],
    [[{ regex: '^\\d' }], 'a text that the expression "^\\\\d" finds'],
    [[{ cidr: '10.0.0.0/8' }], 'an address in 10.0.0.0/8'],
    [[{ numeric: ['>', 5] }], 'a number > 5'],
    [[{ numeric: ['>', 5, '<=', 9] }], 'a number > 5 and <= 9'],
    [[{ exists: false }], 'left out'],
    [[{ 'anything-but': 'ERROR' }], 'there, and not "ERROR"'],
    [[{ 'anything-but': ['ERROR', 7] }], 'there, and not "ERROR" or 7'],
    [[{ 'anything-but': { prefix: 'ERR' } }], 'there, and not a text that begins with "ERR"'],
    [
      [{ 'anything-but': { suffix: ['X', 'OR'] } }],
      'there, and not a text that ends with "X" or a text that ends with "OR"',
    ],
    [[{ 'anything-but': { 'equals-ignore-case': 'error' } }], 'there, and not "error" in any case'],
    [[{ 'anything-but': { wildcard: 'E*' } }], 'there, and not a text like "E*"'],
    [[{ 'anything-but': { regex: 'RR' } }], 'there, and not a text that the expression "RR" finds'],
    [
      [{ prefix: 'F' }, 'x', { numeric: ['=', 1] }, 2],
      'one of "x", 2, or a text that begins with "F", or a number = 1',
    ],
  ])('%j', (level, expected) => {
    const where = { data: { level } } as FilterParts['where'];
    expect(sentence({ where })).toBe(`where: data.level to be ${expected}, got "ERROR"`);
  });

  it('to be in no element of an array', () => {
    const where = { data: { many: { sku: [{ exists: false }], tax: [{ exists: false }, 7] } } } as const;
    const data = { many: [{ sku: 'a' }, {}] };
    expect(explainMismatch({ events: ['**'], where }, { ...event, data }, ENGINES)).toEqual({
      part: 'where',
      path: 'data.many',
      expected: 'objects with no sku and no tax, or one that fits',
      got: 'an array of 2',
    });
  });

  it('to be there', () => {
    const where = { data: { gone: [{ exists: true }] } };
    expect(sentence({ where })).toBe('where: data.gone to be there, got nothing');
  });

  it('is cut after 200 characters, and never within one', () => {
    const where = { data: { emoji: Array(60).fill('🦉🦉🦉') } };
    const { expected, got } = explain({ where })!;
    expect([...expected, ...got].every((character) => character.isWellFormed())).toBe(true);
    expect([expected.length, got.length].every((length) => length <= 201)).toBe(true);
    expect([expected, got].every((text) => text.endsWith('…'))).toBe(true);
  });
});

describe('why alternatives do not hold', () => {
  it('at the root', () => {
    const where = { $or: [{ source: ['till'] }, { data: { amount: [{ numeric: ['>', 10] }] } }] } as const;
    expect(sentence({ where })).toBe(
      'where: $or to be one of 2 alternatives, got source: "shop"; data.amount: 10',
    );
  });

  it('in an object of the payload', () => {
    const where = { data: { user: { $or: [{ plan: ['free'] }, { $or: [{ id: ['8'] }] }] } } };
    expect(sentence({ where })).toBe(
      'where: data.user.$or to be one of 2 alternatives, got plan: "pro"; $or: id: "7"',
    );
  });
});

describe('why another part does not hold (E4)', () => {
  it.each<[Partial<FilterParts>, string]>([
    [
      { events: ['order.sent', 'user.*'] },
      'events: type to be one that matches order.sent or user.*, got "order.paid"',
    ],
    [
      { during: { timeZone: 'Europe/Berlin', days: ['mon', 'tue'], from: '10:00', to: '18:00' } },
      'during: during to be mon, tue from 10:00 to 18:00 in Europe/Berlin, got mon 09:30 in Europe/Berlin',
    ],
    [
      {
        during: [
          { timeZone: 'UTC', from: '08:00' },
          { timeZone: 'UTC', days: ['sun'] },
        ],
      },
      'during: during to be every day from 08:00 to 24:00 in UTC, or sun from 00:00 to 24:00 in UTC, ' +
        'got mon 07:30 in UTC',
    ],
    [
      { jsonpath: '$[?@.amount > 10]' },
      'jsonpath: jsonpath to be something that $[?@.amount > 10] selects, got nothing',
    ],
  ])('%j', (filter, expected) => {
    expect(sentence(filter)).toBe(expected);
  });

  it('names the first part that fails: types, condition, time, query', () => {
    const all = {
      events: ['x'],
      where: { source: ['till'] },
      during: { timeZone: 'UTC', to: '01:00' },
      jsonpath: '$.data.nothing',
    };
    const parts = [];
    for (const fixed of [
      {},
      { events: ['**'] },
      { where: undefined },
      { during: undefined },
      { jsonpath: undefined },
    ]) {
      Object.assign(all, fixed);
      parts.push(explain(all)?.part);
    }
    expect(parts).toEqual(['events', 'where', 'during', 'jsonpath', undefined]);
  });
});

describe('a payload that is not JSON', () => {
  const noJson = eventWith(undefined, { source: 'shop' });

  it.each<[Partial<FilterParts>, string]>([
    [{ where: { data: { a: [1] } } }, 'where: data to be an object, got a payload that is not JSON'],
    [{ where: { data: [{ exists: false }] } }, 'where: data to be left out, got a payload that is not JSON'],
    [
      { where: { $or: [{ data: [1] }, { source: ['till'] }] } },
      'where: $or to be one of 2 alternatives, got data: a payload that is not JSON; source: "shop"',
    ],
    [
      { jsonpath: '$.data' },
      'jsonpath: jsonpath to be something that $.data selects, got a payload that is not JSON',
    ],
  ])('%j', (filter, expected) => {
    expect(sentence(filter, noJson)).toBe(expected);
  });
});

describe('a payload that takes too much', () => {
  const many = eventWith({ a: Array.from({ length: 100_000 }, () => ({ b: 1 })), c: 1 });

  it.each<[Partial<FilterParts>, string, string]>([
    [{ where: { data: { c: [1], a: { b: [2] } } } }, 'where', 'data'],
    [{ where: { $or: [{ data: { a: { b: [2] } } }, { source: ['till'] }] } }, 'where', '$or'],
    [{ jsonpath: '$.data.a[?@.b > 1]' }, 'jsonpath', 'jsonpath'],
  ])('%j', (filter, part, path) => {
    const expected = `no more than can be looked at in ${MAX_STEPS} steps`;
    expect(explain(filter, many)).toMatchObject({ part, path, expected });
  });

  it('in all, though each part of it is within bounds', () => {
    const half = eventWith({ a: [...Array(6_000).fill(1), 5], b: [...Array(6_000).fill(1), 5] });
    const where = { data: { a: [5] }, $or: [{ data: { b: [5] } }] };
    expect(explain({ where }, half)?.path).toBe('');
    expect(explain({ where }, half)?.expected).toContain(String(MAX_STEPS));
  });
});

import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../lambdas/matching/filters/compile.ts';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';
import { bytesOfFilter } from '../../../../lambdas/matching/index/index-size.ts';
import { matchEvent } from '../../../../lambdas/matching/index/match-event.ts';
import { buildTenantIndex, type FilterEntry } from '../../../../lambdas/matching/index/tenant-index.ts';
import type { Condition } from '../../../../lambdas/matching/language/condition.ts';
import { MAX_STEPS } from '../../../../lambdas/matching/language/step-budget.ts';
import { eventWith } from '../../../helpers/matching/matching.ts';

const filters: FilterEntry[] = [
  { id: 'f1', events: ['order.*'], where: { source: ['shop'] } },
  { id: 'f2', events: ['order.paid', 'order.**'] },
  { id: 'f3', events: ['order.paid'] },
];
const subscriptions = [
  { id: 's3', targetId: 't1', filterId: 'f1' },
  { id: 's1', targetId: 't1', filterId: 'f2' },
  { id: 's2', targetId: 't2', filterId: 'f1' },
  { id: 's4', targetId: 't2', filterId: 'gone' },
];
const index = buildTenantIndex({ filters, subscriptions, bytes: 7 }, ENGINES);

const candidates = (type: string) =>
  index.search(eventWith(undefined, { type, source: 'shop' })).candidates(undefined);

/** An index of one subscription for each condition, as it finds them. */
function finderOf(conditions: readonly Condition[]) {
  const many = buildTenantIndex(
    {
      filters: conditions.map((where, i) => ({ id: `f${i}`, events: ['**'], where })),
      subscriptions: conditions.map((_, i) => ({ id: `${i}`, targetId: 't', filterId: `f${i}` })),
      bytes: 0,
    },
    ENGINES,
  );
  return (data: unknown) => {
    const search = many.search(eventWith(undefined, { source: 'shop' }));
    const { entries, steps } = search.candidates(data);
    return { needsData: search.needsData, ids: entries.map(({ id }) => Number(id)), entries, steps };
  };
}

describe('the index of a tenant (A7, E7)', () => {
  it('finds the subscriptions of all filters that fit, each once, ordered by id', () => {
    expect(candidates('order.paid').entries.map(({ id }) => id)).toEqual(['s1', 's2', 's3']);
    expect(candidates('order.paid.late').entries.map(({ id }) => id)).toEqual(['s1']);
    expect(candidates('shop').entries).toEqual([]);
  });

  it('holds a filter once, however many subscriptions bind it', () => {
    const [, second, third] = candidates('order.paid').entries;
    expect(second!.filter).toBe(third!.filter);
  });

  it('finds a subscription by its id, if its filter is there', () => {
    expect(index.byId('s2')).toMatchObject({ id: 's2', targetId: 't2' });
    expect(index.byId('s4')).toBeUndefined();
    expect(index.byId('__proto__')).toBeUndefined();
  });

  it('counts its work by nodes and subscriptions', () => {
    expect(candidates('order.paid').steps).toBeGreaterThan(candidates('shop').steps);
  });

  it('has the size that it was given', () => {
    expect(index.bytes).toBe(7);
  });
});

describe('values that filters ask for', () => {
  it('lead to the filters that ask for them alone, in any number of filters', () => {
    const find = finderOf(Array.from({ length: 5_000 }, (_, i) => ({ data: { customer: [i, `c${i}`] } })));
    expect(find({ customer: 4_321 }).ids).toEqual([4_321]);
    expect(find({ customer: ['c7', 3] }).ids).toEqual([3, 7]);
    expect(find({ customer: null }).ids).toEqual([]);
    expect(find(undefined).ids).toEqual([]);
    expect(find({ customer: 1 }).steps).toBeLessThan(100);
  });

  it('are found in arrays of arrays and of objects', () => {
    const find = finderOf([{ data: { rows: { cell: ['x'] } } }, { data: { rows: ['x'] } }]);
    expect(find({ rows: [[{ cell: [['x']] }]] }).ids).toEqual([0]);
    expect(find({ rows: [[], [['x', {}]]] }).ids).toEqual([1]);
  });

  it('are compared as JSON has them', () => {
    const find = finderOf([
      { data: [0] },
      { data: ['0'] },
      { data: [null] },
      { data: [false] },
      { data: [''] },
    ]);
    expect([0, -0, '0', null, false, ''].map((value) => find(value).ids)).toEqual([
      [0],
      [0],
      [1],
      [2],
      [3],
      [4],
    ]);
  });

  it('may have the names of what objects have anyway', () => {
    const find = finderOf([{ data: { constructor: ['x'], toString: ['y'] } }]);
    expect(find({}).ids).toEqual([]);
    expect(find(JSON.parse('{"constructor":"x","toString":"y"}')).ids).toEqual([0]);
  });

  it('of the event make reading the payload unnecessary', () => {
    const conditions = (source: string): Condition[] => [{ source: [source], data: { a: [1] } }];
    expect(finderOf(conditions('till'))({ a: 1 })).toMatchObject({ needsData: false, ids: [] });
    expect(finderOf(conditions('shop'))({ a: 1 })).toMatchObject({ needsData: true, ids: [0] });
  });

  it('hide no filter that holds, however many other values come before', () => {
    const items = Array.from({ length: 300 }, () => ({ x: 0, parts: Array(100).fill({ id: 'no' }) }));
    const data = { items: [...items, { x: 1, parts: [{ id: 'yes' }] }] };
    const condition = (id: string): Condition => ({ data: { items: { x: [1], parts: { id: [id] } } } });
    const { entries } = finderOf([condition('yes'), condition('other')])(data);
    const found = entries.filter(({ filter }) => evaluate(filter, eventWith(data)).holds);
    expect(found.map(({ id }) => id)).toEqual(['0']);
  });

  it.each<[string, (i: number) => Condition]>([
    ['that differ, behind one that does not', (i) => ({ kind: ['order'], customer: [i] })],
    ['that differ, before one that does not', (i) => ({ customer: [i], kind: ['order'] })],
    ['to be equal to, not bounds', (i) => ({ total: [{ numeric: ['>', i] }], customer: [i] })],
    [
      'of matchers that are all good',
      (i) => ({ id: [i, { numeric: ['>', i] }], kind: [{ prefix: `${i} ` }] }),
    ],
  ])('%s, are what the index looks up', (_, conditionOf) => {
    const find = finderOf(Array.from({ length: 2000 }, (_, i) => ({ data: conditionOf(i) })));
    expect(find({ kind: 'order', customer: 7, total: 9, id: 7 }).steps).toBeLessThan(100);
  });

  it('are looked up in a bounded part of a payload', () => {
    const find = finderOf(
      Array.from({ length: 100 }, (_, i) => ({ data: { [`list${i % 10}`]: [`v${i}`] } })),
    );
    const list = Array(100_000).fill('x');
    const data = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`list${i}`, list]));
    expect(find(data).steps).toBeLessThan(200 * MAX_STEPS);
  });
});

describe('a filter that only a newer release understands', () => {
  it('faults alone', () => {
    const [between, prefix] = [{ between: 1 }, { prefix: 'x' }].map((matcher, i) => ({
      id: `f${i}`,
      events: ['**'],
      where: { data: { a: [matcher] } } as unknown as Condition,
    }));
    const source = {
      filters: [between!, prefix!],
      subscriptions: ['f0', 'f1'].map((filterId) => ({ id: `s${filterId}`, targetId: 't', filterId })),
      bytes: 0,
    };
    const event = eventWith({ a: 'x' });
    const { entries } = buildTenantIndex(source, ENGINES).search(event).candidates(event.data);
    const { found, faults } = matchEvent(entries, event, MAX_STEPS);
    const fault = expect.any(TypeError);
    expect(found.map(({ id }) => id)).toEqual(['sf1']);
    expect(faults).toEqual([{ subscription: 'sf0', error: fault }]);
    const verdict = evaluate(entries[0]!.filter, event);
    expect(verdict).toEqual({ holds: false, steps: 0, isCutShort: false, fault });
  });
});

describe('the size of an index', () => {
  it('counts what a filter holds, and no less than its text', () => {
    const size = (events: string[], where?: Condition) => bytesOfFilter({ events, where });
    expect(size(['a.b'])).toBeGreaterThan(size(['a']));
    const where = { data: { a: ['x'.repeat(1000), 1, null], b: { c: [true] } } };
    expect(size(['a'], where) - size(['a'])).toBeGreaterThan(JSON.stringify(where).length);
  });
});

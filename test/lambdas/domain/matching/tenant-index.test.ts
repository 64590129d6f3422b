import { describe, expect, it } from 'vitest';
import { buildTenantIndex, bytesOfFilter } from '../../../lambdas/domain/tenant-index.ts';

const filters = [
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
const index = buildTenantIndex({ filters, subscriptions, bytes: 7 });

describe('the index of a tenant', () => {
  it('finds the subscriptions of all filters that fit, each once, ordered by id', () => {
    expect(index.match('order.paid').entries.map(({ id }) => id)).toEqual(['s1', 's2', 's3']);
    expect(index.match('order.paid.late').entries.map(({ id }) => id)).toEqual(['s1']);
    expect(index.match('shop').entries).toEqual([]);
  });

  it('holds a filter once, however many subscriptions bind it', () => {
    const [, second, third] = index.match('order.paid').entries;
    expect(second!.filter).toBe(third!.filter);
    expect(second!.filter).toEqual(filters[0]);
  });

  it('finds a subscription by its id, if its filter is there', () => {
    expect(index.byId('s2')).toMatchObject({ id: 's2', targetId: 't2' });
    expect(index.byId('s4')).toBeUndefined();
  });

  it('counts its work by nodes and subscriptions', () => {
    expect(index.match('order.paid').steps).toBeGreaterThan(index.match('shop').steps);
  });

  it('counts what a filter holds, and no less than its text', () => {
    const size = (events: string[], where?: object) => bytesOfFilter({ events, where: where as never });
    expect(size(['a.b'])).toBeGreaterThan(size(['a']));
    const where = { data: { a: ['x'.repeat(1000), 1, null], b: { c: [true] } } };
    expect(size(['a'], where) - size(['a'])).toBeGreaterThan(JSON.stringify(where).length);
  });
});

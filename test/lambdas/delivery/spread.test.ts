import { describe, expect, it } from 'vitest';
import { FIRST_SHARDS, IN_FIRST_SHARD, shardsOf } from '../../../lambdas/delivery/spread.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { outcomeOf } from '../../builders/deliveries.ts';

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Outcomes whose ULIDs end with each letter in turn. */
const outcomes = (count: number, tenant = 't') =>
  Array.from({ length: count }, (_, i) =>
    outcomeOf({
      tenant,
      at: i,
      status: 'dead',
      event: { id: `e${i}`, ulid: `${lowestUlidAt(i).slice(0, 25)}${LETTERS[i % 32]}`, type: 'a' },
    }),
  );

describe('the shard of an undelivered delivery', () => {
  it('is the first one while a batch has few of its tenant', () => {
    expect([...shardsOf(outcomes(IN_FIRST_SHARD)).values()]).toEqual(
      Array(IN_FIRST_SHARD).fill(FIRST_SHARDS),
    );
  });

  it('is any of four for those beyond', () => {
    const shards = [...shardsOf(outcomes(IN_FIRST_SHARD + 400)).values()].slice(IN_FIRST_SHARD);
    for (const of of ['ofTenant', 'ofTarget'] as const) {
      const counts = [0, 1, 2, 3].map((shard) => shards.filter((one) => one[of] === shard).length);
      for (const count of counts) expect(count).toBeGreaterThan(80);
    }
  });

  it('is counted for each tenant alone', () => {
    const few = outcomes(IN_FIRST_SHARD, 'few');
    const shards = shardsOf([...outcomes(500, 'many'), ...few]);
    expect(few.map((one) => shards.get(one))).toEqual(few.map(() => FIRST_SHARDS));
  });

  it('is counted for each target alone in the index by target', () => {
    const many = outcomes(500).map((one, i) => ({ ...one, target: `tgt_${i}` }));
    const shards = [...shardsOf(many).values()];
    expect(new Set(shards.map(({ ofTarget }) => ofTarget))).toEqual(new Set([0]));
    expect(new Set(shards.map(({ ofTenant }) => ofTenant))).toEqual(new Set([0, 1, 2, 3]));
  });
});

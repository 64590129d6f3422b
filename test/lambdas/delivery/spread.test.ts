import { describe, expect, it } from 'vitest';
import { IN_FIRST_SHARD, shardsOf } from '../../../lambdas/delivery/spread.ts';
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
    expect(new Set(shardsOf(outcomes(IN_FIRST_SHARD)).values())).toEqual(new Set([0]));
  });

  it('is any of four for those beyond', () => {
    const shards = [...shardsOf(outcomes(IN_FIRST_SHARD + 400)).values()].slice(IN_FIRST_SHARD);
    const counts = [0, 1, 2, 3].map((shard) => shards.filter((one) => one === shard).length);
    for (const count of counts) expect(count).toBeGreaterThan(80);
  });

  it('is counted for each tenant alone', () => {
    const few = outcomes(IN_FIRST_SHARD, 'few');
    const shards = shardsOf([...outcomes(500, 'many'), ...few]);
    expect(new Set(few.map((one) => shards.get(one)))).toEqual(new Set([0]));
  });
});

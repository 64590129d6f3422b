import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type ItemOf, itemKind } from '../../../lambdas/values/item.ts';
import { runs } from '../../helpers/runs.ts';
import { startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { putAll } = await import('../../../lambdas/platform/dynamo.ts');
const { scanShards } = await import('../../../lambdas/platform/shard-scan.ts');

const TABLE = 'shards';
const INDEX = { name: 'byPlace', pk: 'shard', sk: 'place' };

const THING = itemKind('thing', { place: z.string(), isWanted: z.boolean() });
type Thing = ItemOf<typeof THING>;

beforeAll(async () => {
  const key = (pk: string, sk: string) => [
    { AttributeName: pk, KeyType: 'HASH' as const },
    { AttributeName: sk, KeyType: 'RANGE' as const },
  ];
  await dynamo.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: key('pk', 'sk'),
      AttributeDefinitions: ['pk', 'sk', 'shard', 'place'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      GlobalSecondaryIndexes: [
        { IndexName: INDEX.name, KeySchema: key('shard', 'place'), Projection: { ProjectionType: 'ALL' } },
      ],
    }),
  );
});

const placeOf = (n: number): string => String(n).padStart(4, '0');

describe('a scan of several partitions', () => {
  it('comes to everything that is wanted once, in order, whatever it reads at a time (A15)', async () => {
    let round = 0;
    const things = fc.uniqueArray(fc.record({ n: fc.nat(999), shard: fc.nat(3), isWanted: fc.boolean() }), {
      selector: ({ n }) => n,
      maxLength: 40,
    });
    const bounds = { lowest: fc.option(fc.nat(999)), highest: fc.option(fc.nat(999)) };
    const how = fc.record({
      ...bounds,
      maxRead: fc.integer({ min: 1, max: 12 }),
      limit: fc.option(fc.integer({ min: 1, max: 7 })),
      newestFirst: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(things, how, async (all, { lowest, highest, maxRead, limit, newestFirst }) => {
        const name = `round${round++}`;
        const shardOf = (shard: number): string => `${name}#${shard}`;
        await putAll(
          TABLE,
          all.map(({ n, shard, isWanted }) => ({
            pk: name,
            sk: placeOf(n),
            shard: shardOf(shard),
            place: placeOf(n),
            isWanted,
          })),
        );
        const candidates: string[] = [];
        let after: string | undefined;
        do {
          const { items, next }: { items: Thing[]; next: string | undefined } = await scanShards({
            kind: THING,
            table: TABLE,
            index: INDEX,
            partitions: [0, 1, 2, 3].map(shardOf),
            range: {
              after,
              lowest: lowest === null ? undefined : placeOf(lowest),
              highest: highest === null ? undefined : placeOf(highest),
            },
            newestFirst,
            maxRead,
            ...(limit !== null && { limit }),
            placeOf: ({ place }) => place,
            isWanted: ({ isWanted }) => isWanted,
          });
          candidates.push(...items.map(({ place }) => place));
          after = next;
        } while (after !== undefined);
        const expected = all
          .filter(({ n, isWanted }) => isWanted && n >= (lowest ?? 0) && n < (highest ?? 1000))
          .map(({ n }) => placeOf(n))
          .sort();
        expect(candidates).toEqual(newestFirst ? expected.reverse() : expected);
      }),
      { numRuns: runs(40) },
    );
  });
});

import { createMeter } from '../../../../local/core/meter.ts';
import { createDynamo, type DynamoOptions } from '../../../../simulate/aws/dynamodb/dynamo.ts';
import type { TableSettings } from '../../../../simulate/aws/dynamodb/tables.ts';
import { createKernel } from '../../../../simulate/kernel/kernel.ts';
import type { Watcher } from '../../../../simulate/world/watch.ts';

const names = (...all: readonly string[]) =>
  all.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }) as const);
const keys = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
];

const TABLES: readonly TableSettings[] = [
  {
    name: 'config-table',
    role: 'config',
    properties: { AttributeDefinitions: names('pk', 'sk'), KeySchema: keys('pk', 'sk') },
  },
  {
    name: 'log-table',
    role: 'log',
    properties: {
      AttributeDefinitions: names('pk', 'sk', 'deadOf', 'deadAt'),
      KeySchema: keys('pk', 'sk'),
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      GlobalSecondaryIndexes: [
        { IndexName: 'dead', KeySchema: keys('deadOf', 'deadAt'), Projection: { ProjectionType: 'ALL' } },
      ],
    },
  },
];

/** DynamoDB with a config table, and a log table that has an index. */
export function start(watchers: readonly Watcher[] = [], seed = 'a', more: Partial<DynamoOptions> = {}) {
  const kernel = createKernel(seed);
  const meter = createMeter();
  const random = kernel.random.fork('dynamodb');
  const dynamo = createDynamo({ kernel, random, tables: TABLES, meter, watchers, ...more });
  const call = (operation: string, input: object) =>
    dynamo.serve({ caller: 'record', operation, input, bytes: 100, trace: undefined });
  return { kernel, meter, dynamo, call };
}

export const item = (pk: string, sk: string, more: object = {}) => ({
  pk: { S: pk },
  sk: { S: sk },
  ...more,
});

export type World = ReturnType<typeof start>;

import { setImmediate } from 'node:timers/promises';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createAccess } from '../../local/core/access.ts';
import { createDatabase } from '../../local/services/dynamodb/dynamodb.ts';
import { createEndpoint, listen } from '../../local/services/endpoint.ts';
import { createFaults } from '../../local/services/faults.ts';

let started: Promise<DynamoDBDocumentClient> | undefined;

/**
 * Starts the process's emulator of DynamoDB, unless an earlier file did, and points clients at it. A client reads the
 * address when it is made, mostly when its module is loaded: import the stores after this.
 *
 * @returns `dynamo` is the SDK's client, for what a test does by itself
 */
export async function startDynamo(): Promise<{ readonly dynamo: DynamoDBDocumentClient }> {
  started ??= start();
  return { dynamo: await started };
}

async function start(): Promise<DynamoDBDocumentClient> {
  if (process.env.AWS_ENDPOINT_URL_DYNAMODB) {
    throw new Error('expected no other emulator here: name this file in STORES of vitest.config.ts');
  }
  const access = createAccess(() => {});
  // It ends with the process.
  const server = createEndpoint(createDatabase(access, createFaults())).unref();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: await listen(server),
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: access.operatorKey,
    AWS_SECRET_ACCESS_KEY: 'any',
  });
  return DynamoDBDocumentClient.from(new DynamoDBClient());
}

interface Index {
  readonly name: string;
  readonly pk: string;
  readonly sk: string;
}

const keys = ({ pk, sk }: { pk: string; sk: string }) => [
  { AttributeName: pk, KeyType: 'HASH' as const },
  { AttributeName: sk, KeyType: 'RANGE' as const },
];

/**
 * Creates a table with the keys of all our tables, and waits until it is there. Files share an emulator, so each has a
 * table of its own name.
 * @param indexes that project all attributes
 */
export async function createTable(
  dynamo: DynamoDBDocumentClient,
  TableName: string,
  indexes: readonly Index[] = [],
): Promise<void> {
  const names = ['pk', 'sk', ...indexes.flatMap(({ pk, sk }) => [pk, sk])];
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys({ pk: 'pk', sk: 'sk' }),
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map((index) => ({
          IndexName: index.name,
          KeySchema: keys(index),
          Projection: { ProjectionType: 'ALL' as const },
        })),
      }),
    }),
  );
  const isThere = async (): Promise<boolean> => {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
    return Table?.TableStatus === 'ACTIVE';
  };
  while (!(await isThere())) await setImmediate();
}

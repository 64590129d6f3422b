import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, it } from 'vitest';
import type { EndpointHealth } from '../../../lambdas/endpoint-health/health.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { changeHealth, healthPartition, readHealth } = await import(
  '../../../lambdas/endpoint-health/health-store.ts'
);

const TABLE = 'health-state';
const first: EndpointHealth = { failed: 1, ok: 0, countedSince: 1 };
const disabled: EndpointHealth = { ...first, open: undefined, disabled: { at: 2, reason: 'gone' } };

const write = (sk: string, health: object) =>
  dynamo.send(new PutCommand({ TableName: TABLE, Item: { pk: healthPartition('t'), sk, ...health } }));

beforeAll(async () => {
  await createTable(dynamo, TABLE);
});

const disable = (known: EndpointHealth | undefined) => (known?.disabled ? known : disabled);

it('a change whose answer was lost counts as made, so that it is notified of (A13)', async () => {
  // What the first try of the SDK has written is there when the second one is refused.
  await write('lost', { ...disabled, revision: 2 });
  const known = { ...first, revision: 1 };
  const { before, after } = await changeHealth(TABLE, { tenant: 't', target: 'lost' }, known, disable);
  expect([before, after]).toEqual([known, { ...disabled, revision: 2 }]);
});

it('a change of what was forgotten meanwhile writes nothing: its target is gone', async () => {
  const ref = { tenant: 't', target: 'gone' };
  const known = { ...first, revision: 3 };
  expect(await changeHealth(TABLE, ref, known, disable)).toEqual({ before: known, after: undefined });
  expect(await readHealth(TABLE, [ref])).toEqual(new Map());
});

it('a change that another function has made is for that function to notify of', async () => {
  const theirs = { ...first, disabled: { at: 1, reason: 'gone' }, revision: 2 };
  await write('theirs', theirs);
  const known = { ...first, revision: 1 };
  const { before, after } = await changeHealth(TABLE, { tenant: 't', target: 'theirs' }, known, disable);
  expect([before, after]).toEqual([theirs, theirs]);
});

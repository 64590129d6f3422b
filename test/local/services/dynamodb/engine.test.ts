import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../../local/services/dynamodb/engine.ts';
import { runs } from '../../../helpers/runs.ts';
import { type Call, cases, type Shape, tableOf } from './requests.ts';

type Answer = { readonly status: number; readonly body: Record<string, unknown> };
type Database = (...call: Call) => Promise<Answer>;

const headersOf = (operation: string) => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `DynamoDB_20120810.${operation}`,
  'x-amz-date': 'now',
  authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c',
});

/** What dynalite makes of some requests. */
const CRASHED: Answer = { status: 500, body: {} };

/** dynalite on its own store. */
function oracle(): Database {
  type Listener = (request: EventEmitter, response: ServerResponse) => void;
  const [listener] = dynalite({ createTableMs: 0 }).listeners('request') as [Listener];
  return (operation, body) => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const response = {
      statusCode: 200,
      setHeader() {},
      end(text: string) {
        resolve({ status: this.statusCode, body: JSON.parse(text) });
      },
    };
    const request = Object.assign(new EventEmitter(), {
      method: 'POST',
      url: '/',
      headers: headersOf(operation),
    });
    listener(request, response as unknown as ServerResponse);
    request.emit('data', Buffer.from(JSON.stringify(body)));
    try {
      request.emit('end');
    } catch {
      resolve(CRASHED);
    }
    return promise;
  };
}

/** What DynamoDB refuses and dynalite takes, see limits.ts: dynalite is not asked then, since it would write. */
const isStricter = ({ status, body }: Answer): boolean =>
  status === 400 &&
  /cannot contain an empty string value|exceeded the (maximum )?size limit of/.test(String(body.message));

/** Ours, and how many it answered itself. */
function engine(counts: Map<string, { quick: number; slow: number }>): Database {
  const { quickly, refusal, byDynalite } = createEngine();
  return async (operation, body) => {
    const text = JSON.stringify(body);
    const quick = quickly(operation, JSON.parse(text) as object);
    const count = counts.get(operation) ?? { quick: 0, slow: 0 };
    counts.set(operation, count);
    count[quick ? 'quick' : 'slow'] += 1;
    if (quick) return { status: quick.status, body: JSON.parse(JSON.stringify(quick.body)) };
    const message = refusal(operation, JSON.parse(text) as object);
    if (message) return { status: 400, body: { message } };
    try {
      const answer = await byDynalite(headersOf(operation), text);
      return { status: answer.status, body: JSON.parse(String(answer.body)) };
    } catch {
      return CRASHED;
    }
  };
}

/** What was read in no order, in one. */
function ordered({ status, body }: Answer): Answer {
  const Responses = body.Responses as Record<string, object[]> | undefined;
  if (!Responses) return { status, body };
  const sorted = Object.entries(Responses).map(([table, items]) => [
    table,
    items.map((item) => JSON.stringify(Object.entries(item).sort())).sort(),
  ]);
  return { status, body: { ...body, Responses: Object.fromEntries(sorted) } };
}

async function created(database: Database, table: Shape): Promise<Database> {
  await database('CreateTable', tableOf(table));
  const isThere = async (): Promise<boolean> => {
    const { body } = await database('DescribeTable', { TableName: 'table' });
    return (body.Table as { TableStatus: string }).TableStatus === 'ACTIVE';
  };
  while (!(await isThere())) await new Promise(setImmediate);
  return database;
}

describe('DynamoDB in memory', () => {
  it('answers as dynalite does, whether it understands a request or not', async () => {
    const counts = new Map<string, { quick: number; slow: number }>();
    const statuses = { 200: 0, 400: 0, 500: 0 };
    let stricter = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ([table, calls]) => {
        const [ours, theirs] = await Promise.all([created(engine(counts), table), created(oracle(), table)]);
        for (const call of calls) {
          const answer = ordered(await ours(...call));
          statuses[answer.status as 200] += 1;
          if (isStricter(answer)) stricter += 1;
          else expect(answer, JSON.stringify(call)).toEqual(ordered(await theirs(...call)));
        }
      }),
      { numRuns: runs(60) },
    );
    for (const [operation, { quick, slow }] of counts)
      if (operation !== 'CreateTable' && operation !== 'DescribeTable')
        expect(Math.min(quick, slow), operation).toBeGreaterThan(5);
    expect(Math.min(statuses[200], statuses[400] - stricter)).toBeGreaterThan(200);
  });

  it('ends pages, and refuses items, where dynalite does', async () => {
    const counts = new Map<string, { quick: number; slow: number }>();
    const table: Shape = {
      types: { pk: 'S', sk: 'S', gpk: 'S', gsk: 'S' },
      hasRange: true,
      projection: 'ALL',
    };
    const [ours, theirs] = await Promise.all([created(engine(counts), table), created(oracle(), table)]);
    const both = async (...call: Call): Promise<Answer> => {
      const wanted = ordered(await theirs(...call));
      expect(ordered(await ours(...call)), call[0]).toEqual(wanted);
      return wanted;
    };
    const TableName = 'table';
    const keyOf = (n: number) => ({ pk: { S: 'a' }, sk: { S: String(n).padStart(4, '0') } });
    const put = (n: number, length: number) =>
      both('PutItem', {
        TableName,
        Item: { ...keyOf(n), a: { S: 'x'.repeat(length) }, gpk: { S: 'g' }, gsk: { S: String(n % 3) } },
      });
    const others = 'pka' + 'sk0000' + 'gpkg' + 'gsk0' + 'a';
    const largest = 400 * 1024 - others.length;
    expect((await put(0, largest)).status).toBe(200);
    expect((await put(0, largest + 1)).status).toBe(400);
    const grow = (S: string) =>
      both('UpdateItem', {
        TableName,
        Key: keyOf(0),
        UpdateExpression: 'SET a = :a',
        ExpressionAttributeValues: { ':a': { S } },
      });
    expect((await grow('x'.repeat(largest))).status).toBe(200);
    expect((await grow('x'.repeat(largest + 1))).status).toBe(400);
    for (let n = 1; n < 40; n++) await put(n, n * 1500);
    for (const ScanIndexForward of [true, false]) {
      for (const IndexName of [undefined, 'index']) {
        let [ExclusiveStartKey, pages]: [unknown, number] = [undefined, 0];
        do {
          const { body } = await both('Query', {
            TableName,
            ...(IndexName && { IndexName }),
            KeyConditionExpression: IndexName ? 'gpk = :p' : 'pk = :p',
            ExpressionAttributeValues: { ':p': { S: IndexName ? 'g' : 'a' } },
            ScanIndexForward,
            ReturnConsumedCapacity: 'TOTAL',
            ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
          });
          ExclusiveStartKey = body.LastEvaluatedKey;
          pages += 1;
        } while (ExclusiveStartKey !== undefined);
        expect(pages).toBe(2);
      }
    }
    await both('BatchGetItem', { RequestItems: { [TableName]: { Keys: [1, 2, 3].map(keyOf) } } });
    expect(counts.get('Query')).toEqual({ quick: 8, slow: 0 });
  });
});

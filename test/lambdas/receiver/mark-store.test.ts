import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { claim, markDone, release } = await import('../../../lambdas/receiver/mark-store.ts');

const TABLE = 'webhook-events';
const KEEP_SECONDS = 3600;
const LEASE_MS = 30_000;
const START = Date.parse('2026-11-28T12:00:00Z');

beforeAll(async () => {
  await dynamo.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  );
  await eventually(() => take('ready'));
});

const lease = (id: string, name = 'a', now = START) => ({ id, lease: name, now, keepSeconds: KEEP_SECONDS });
const take = (id: string, name = 'a', now = START) => claim(TABLE, lease(id, name, now), LEASE_MS);

describe('an event', () => {
  it('is for the first worker, while its lease lasts', async () => {
    expect(await take('first', 'a')).toBe('claimed');
    expect(await take('first', 'b', START + LEASE_MS - 1)).toBe('busy');
    expect(await take('first', 'c', START + LEASE_MS)).toBe('claimed');
  });

  it('is for the same worker again, whose answer was lost', async () => {
    await take('lost', 'a');
    expect(await take('lost', 'a')).toBe('claimed');
  });

  it('is for the next worker, once it is let go', async () => {
    await take('free', 'a');
    await release(TABLE, lease('free', 'a'));
    expect(await take('free', 'b')).toBe('claimed');
  });

  it('is not let go by a worker that has lost it', async () => {
    await take('stolen', 'a');
    await take('stolen', 'b', START + LEASE_MS);
    await release(TABLE, lease('stolen', 'a'));
    expect(await take('stolen', 'c', START + LEASE_MS)).toBe('busy');
  });

  it('is known once it has been handled, until its time is over', async () => {
    await take('done', 'a');
    await markDone(TABLE, lease('done', 'a'));
    expect(await take('done', 'b', START + (KEEP_SECONDS - 1) * 1000)).toBe('done');
    // DynamoDB may leave the item for days.
    expect(await take('done', 'b', START + KEEP_SECONDS * 1000)).toBe('claimed');
  });

  it('stays handled, though another worker has taken it meanwhile and fails', async () => {
    await take('late', 'a');
    await take('late', 'b', START + LEASE_MS);
    await markDone(TABLE, lease('late', 'a', START + LEASE_MS + 1));
    await release(TABLE, lease('late', 'b'));
    expect(await take('late', 'c', START + LEASE_MS + 2)).toBe('done');
  });
});

it('an event has one worker at a time, whatever workers do, and is handled for good (property)', async () => {
  const step = fc.record({
    worker: fc.constantFrom('a', 'b', 'c'),
    does: fc.constantFrom('claim', 'fail', 'succeed', 'die'),
    after: fc.integer({ min: 0, max: LEASE_MS }),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const id = `run-${++run}`;
      let now = START;
      let leases = 0;
      let isDone = false;
      /** Whose lease has not ended. */
      let owner: { worker: string; name: string; ends: number } | undefined;
      for (const { worker, does, after } of steps) {
        now += after;
        if (owner && owner.ends <= now) owner = undefined;
        if (does === 'claim') {
          const name = `${worker}-${++leases}`;
          const expected = isDone ? 'done' : owner ? 'busy' : 'claimed';
          expect(await take(id, name, now)).toBe(expected);
          if (expected === 'claimed') owner = { worker, name, ends: now + LEASE_MS };
        } else if (owner?.worker === worker && does !== 'die') {
          if (does === 'fail') await release(TABLE, lease(id, owner.name, now));
          else {
            await markDone(TABLE, lease(id, owner.name, now));
            isDone = true;
          }
          owner = undefined;
        }
      }
    }),
    { numRuns: 50 },
  );
});

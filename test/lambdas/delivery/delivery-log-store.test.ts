import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { outcomeOrder, type StoredStatus } from '../../../lambdas/delivery/delivery.ts';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import { deliveryKey } from '../../../lambdas/events/log-keys.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { outcomeOf } from '../../builders/deliveries.ts';
import { eventOf } from '../../builders/events.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';
import { withUnknown } from '../../helpers/unknown-fields.ts';
import { KNOWN_NAMES, WHOLE } from '../../helpers/whole-messages.ts';

const { dynamo } = await startDynamo();
const { getDeliveries, getProgress, putFirstOutcomes, putOutcomes } = await import(
  '../../../lambdas/delivery/delivery-log-store.ts'
);

const { claim } = await import('../../../lambdas/replay/replay-claim-store.ts');

const TABLE = 'delivery-log';
const NOW = Date.now();

beforeAll(async () => {
  await createTable(dynamo, TABLE);
});

const waiting = (subscription: string, at: number, nextAttemptAt?: number): Outcome =>
  outcomeOf({
    subscription,
    event: { id: 'e', ulid: lowestUlidAt(NOW), type: 'a' },
    status: 'parked',
    at,
    isWaiting: true,
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
  });

it('first outcomes are written by the batch; repeated ones leave what has come of their deliveries (A22)', async () => {
  const ids = Array.from({ length: 30 }, (_, n) => `sub_first${n}`);
  const firsts = ids.map((id) => waiting(id, NOW));
  const statuses = async () => {
    const all = await getDeliveries(TABLE, 't', lowestUlidAt(NOW), ids, NOW, { consistent: true });
    return ids.map((id) => all.get(id)?.status);
  };
  await putFirstOutcomes(TABLE, 1000, [...firsts, { ...firsts[0]!, logged: true }], false);
  expect(await statuses()).toEqual(Array(30).fill('parked'));
  await putOutcomes(TABLE, 1000, [{ ...firsts[3]!, status: 'delivered', isWaiting: undefined }]);
  await putFirstOutcomes(TABLE, 1000, firsts, true);
  expect(await statuses()).toEqual([...Array(3).fill('parked'), 'delivered', ...Array(26).fill('parked')]);
});

it('a first outcome of an old event, which may have come again, leaves what has come of its delivery (A22)', async () => {
  const ulid = lowestUlidAt(NOW - 3600_000);
  const first = { ...waiting('sub_old', NOW), event: { id: 'e', ulid, type: 'a' } };
  await putOutcomes(TABLE, 10_000, [{ ...first, status: 'delivered', isWaiting: undefined }]);
  await putFirstOutcomes(TABLE, 10_000, [first], false);
  const now = await getDeliveries(TABLE, 't', ulid, ['sub_old'], NOW, { consistent: true });
  expect(now.get('sub_old')?.status).toBe('delivered');
});

describe('an outcome beside the one that is stored', () => {
  interface Stored {
    readonly status: StoredStatus;
    readonly order: number;
    readonly waitingSince?: number;
  }
  const order = outcomeOrder({ status: 'parked', attempts: [], isWaiting: true });
  const stored: (Stored | undefined)[] = [
    undefined,
    ...(['delivered', 'parked', 'dead'] as const).flatMap((status) =>
      [order - 1, order, order + 1].flatMap((order) =>
        [undefined, NOW - 1, NOW, NOW + 1].map((since) => ({
          status,
          order,
          ...(since !== undefined && { waitingSince: since }),
        })),
      ),
    ),
  ];
  /** The rule, with the parentheses that the expression goes without. */
  const isOlder = (known: Stored | undefined): boolean =>
    !known ||
    (known.status !== 'delivered' &&
      (known.order < order ||
        (known.order === order && known.waitingSince !== undefined && known.waitingSince < NOW)));

  it('is written over an older one, and over no other', async () => {
    const written = await Promise.all(
      stored.map(async (known, i) => {
        const id = `sub_state${i}`;
        const key = deliveryKey('t', id, lowestUlidAt(NOW));
        if (known)
          await dynamo.send(new PutCommand({ TableName: TABLE, Item: { ...key, ...known, ttl: NOW } }));
        await putOutcomes(TABLE, 1000, [waiting(id, NOW)]);
        const now = await getDeliveries(TABLE, 't', lowestUlidAt(NOW), [id], NOW, { consistent: true });
        return [known, now.get(id)?.target === 'tgt_1'];
      }),
    );
    expect(written).toEqual(stored.map((known) => [known, isOlder(known)]));
  });
});

describe('a delivery that waits for one thing and then for another (A9)', () => {
  let n = 0;

  it.each<[string, (first: Outcome, second: Outcome) => Outcome[][]]>([
    ['one after the other', (first, second) => [[first], [second]]],
    ['at once', (first, second) => [[second, first]]],
    ['in the wrong order', (first, second) => [[second], [first]]],
  ])('is shown as it waits now, when its outcomes come %s', async (_, inOrder) => {
    const id = `sub_${n++}`;
    const first = { ...waiting(id, NOW, NOW + 1_000_000), waitingFor: 'retry' };
    const second = { ...waiting(id, NOW + 1_200_000), waitingFor: 'a word of a newer release' };
    const batches = inOrder(first, second);
    for (const outcomes of batches) await putOutcomes(TABLE, 1000, outcomes);
    const known = await getDeliveries(TABLE, 't', lowestUlidAt(NOW), [id], NOW, { consistent: true });
    expect(known.get(id)).toMatchObject({
      status: 'parked',
      nextAttemptAt: undefined,
      waitingFor: second.waitingFor,
      since: second.at,
    });
  });
});

it('keeps what a later release has said in an outcome, for a message that is made of it', async () => {
  const [known] = WHOLE.outcomes.outcomes;
  const attempts = known!.attempts.map((one) => ({ ...one, connection: { reuses: 3, constructor: 'h2' } }));
  const newer = fc.sample(withUnknown(known!), { numRuns: 25, seed: 1 });
  const outcomes = newer.map((one, i): Outcome => {
    const event = { ...one.event, ulid: lowestUlidAt(NOW), keepSeconds: 3600 };
    return { ...one, attempts, tenant: 'newer', subscription: `sub_${i}`, event };
  });
  await putOutcomes(TABLE, 3600, outcomes);
  const ids = outcomes.map(({ subscription }) => subscription);
  const found = await getDeliveries(TABLE, 'newer', lowestUlidAt(NOW), ids, NOW);
  for (const { subscription, attempts: _, event, ...rest } of outcomes) {
    const { keepSeconds: __, ...shown } = event;
    const unknown = Object.fromEntries(Object.entries(rest).filter(([name]) => !KNOWN_NAMES.has(name)));
    expect(found.get(subscription)).toMatchObject({ attempts, event: shown });
    expect(found.get(subscription)?.unknown).toEqual(unknown);
  }
});

it('that a delivery has arrived, written again, ends no replay that was claimed since', async () => {
  const event = { id: 'e', ulid: lowestUlidAt(NOW), type: 'a' };
  const arrived = (run?: number) => outcomeOf({ at: NOW, event, subscription: 'sub_claimed', run });
  const stateNow = async () => {
    const all = await getDeliveries(TABLE, 't', event.ulid, ['sub_claimed'], NOW, { consistent: true });
    const { status, run } = all.get('sub_claimed')!;
    return [status, run];
  };
  await putOutcomes(TABLE, 1000, [arrived()], true);
  expect(await stateNow()).toEqual(['delivered', undefined]);
  const known = (await getDeliveries(TABLE, 't', event.ulid, ['sub_claimed'], NOW)).get('sub_claimed')!;
  const resend = {
    tenant: 't',
    event: eventOf(event),
    subscription: 'sub_claimed',
    target: 'tgt_1',
    known,
  };
  expect(await claim(TABLE, resend, 'rpl_1', NOW)).toBe(true);
  await putOutcomes(TABLE, 1000, [arrived()], true);
  expect(await stateNow()).toEqual(['retrying', 1]);
  // For the first time it holds, and so does the replay's own.
  await putOutcomes(TABLE, 1000, [arrived()]);
  expect(await stateNow()).toEqual(['delivered', undefined]);
  await putOutcomes(TABLE, 1000, [arrived(1)], true);
  expect(await stateNow()).toEqual(['delivered', 1]);
});

it('how far deliveries have come is read once for each, and not for those without an outcome', async () => {
  const event = { id: 'e', ulid: lowestUlidAt(NOW), type: 'a' };
  const attempts = [{ at: NOW, ms: 1, status: 503 }];
  const outcome = { status: 'retrying', at: NOW, event, attempts, run: 2 } as const;
  await putOutcomes(TABLE, 1000, [outcomeOf({ ...outcome, subscription: 'sub_progress' })]);
  const refs = ['sub_progress', 'sub_progress', 'sub_none'].map((subscription) => ({
    ulid: event.ulid,
    subscription,
  }));
  const progress = await getProgress(TABLE, 't', refs);
  const order = outcomeOrder(outcome);
  expect([...progress].map(([name, { status, run, order }]) => [name, status, run, order])).toEqual([
    [`${event.ulid} sub_progress`, 'retrying', 2, order],
  ]);
  const key = deliveryKey('t', 'sub_progress', event.ulid);
  await dynamo.send(
    new UpdateCommand({
      TableName: TABLE,
      Key: key,
      UpdateExpression: 'SET replay = :by, replayedAt = :at',
      ExpressionAttributeValues: { ':by': 'rpl_1', ':at': NOW },
    }),
  );
  const [claimed] = (await getProgress(TABLE, 't', refs)).values();
  expect(claimed).toMatchObject({ replay: 'rpl_1', replayedAt: NOW });
});

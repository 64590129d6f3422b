import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { DeliveryMessage } from '../delivery/messages.ts';
import { heldKey } from '../hold-queue/hold-queue.ts';
import { parkingKey } from '../hold-queue/parking.ts';
import { dynamo, getAll, unlessConditionFails } from '../platform/dynamo.ts';
import { parseItem, skip } from '../platform/items.ts';
import { deliveryId } from '../values/ids.ts';
import { itemKind, NOTHING } from '../values/item.ts';
import { loose } from '../values/loose.ts';
import type { Place, Progress, Scan } from './recovery.ts';

const span = loose({
  from: z.number(),
  until: z.number(),
  tenant: z.optional(z.string()),
  after: z.optional(z.string()),
});
const progress = loose({ upTo: z.number(), span: z.optional(span) });
const PROGRESS = itemKind('progress of recovery', {
  /** As earlier releases have stored the scans. */
  looks: loose({ first: z.optional(progress), second: z.optional(progress) }),
  busyUntil: z.number(),
});

/** How far each look has come. */
export type ScanProgress = { readonly [N in Scan['name']]?: Progress | undefined };

/** One run of recovery at a time: whose turn it is, and until when. */
export interface Turn {
  readonly scans: ScanProgress;
  /** Milliseconds since the epoch. Nobody else has the same. */
  readonly until: number;
}

const KEY = { pk: 'recovery', sk: 'progress' };

/**
 * Takes the turn, unless another run has it.
 * @param until when the turn ends by itself; milliseconds since the epoch
 * @returns undefined when it is somebody else's
 */
export async function takeTurn(table: string, now: number, until: number): Promise<Turn | undefined> {
  const { Item } = await dynamo.send(new GetCommand({ TableName: table, Key: KEY, ConsistentRead: true }));
  const known = Item && parseItem(PROGRESS, table, Item);
  if ((known?.busyUntil ?? 0) > now) return undefined;
  const turn = { scans: known?.looks ?? {}, until };
  return (await put(table, turn, known?.busyUntil)) ? turn : undefined;
}

/** Writes how far the looks have come, and keeps the turn. @returns false when the turn has been lost to another run */
export const noteProgress = (table: string, turn: Turn): Promise<boolean> => put(table, turn, turn.until);

/**
 * Writes how far the looks have come, and leaves the turn to whoever comes.
 * @param now not 0 or the like, so that who has read the item before this turn can't take it for what he read
 */
export const endTurn = (table: string, turn: Turn, now: number): Promise<boolean> =>
  put(table, { ...turn, until: now }, turn.until);

const put = (TableName: string, { scans, until }: Turn, expected: number | undefined): Promise<boolean> =>
  unlessConditionFails(
    dynamo.send(
      new PutCommand({
        TableName,
        Item: { ...KEY, looks: scans, busyUntil: until },
        ...(expected === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'busyUntil = :expected',
              ExpressionAttributeValues: { ':expected': expected },
            }),
      }),
    ),
  );

/** A delivery, and when its next attempt was to be made, if that was said. */
export interface Sought {
  readonly delivery: DeliveryMessage;
  readonly nextAttemptAt: number | undefined;
}

/** Where each of these deliveries waits, if it waits in a table. */
export async function placesOf(table: string, sought: readonly Sought[]): Promise<Place[]> {
  const nameOf = ({ pk, sk }: { pk: string; sk: string }): string => `${pk} ${sk}`;
  const keys = sought.map(({ delivery, nextAttemptAt }) => ({
    ref: heldKey(delivery),
    lot:
      nextAttemptAt === undefined
        ? undefined
        : parkingKey(nextAttemptAt, deliveryId(delivery.event.ulid, delivery.subscription)),
  }));
  const all = keys.flatMap(({ ref, lot }) => (lot ? [ref, lot] : [ref]));
  const options = { consistent: true, attributes: [], onUnreadable: skip };
  const found = new Set((await getAll(NOTHING, table, all, options)).map(nameOf));
  return keys.map(({ ref, lot }) => {
    if (found.has(nameOf(ref))) return 'room';
    return lot && found.has(nameOf(lot)) ? 'parking lot' : 'nowhere';
  });
}

import * as z from 'zod/mini';
import { dynamo, isConditionFailure } from '../platform/dynamo.ts';
import { parseItem } from '../platform/items.ts';
import { type ItemOf, itemKind } from '../values/item.ts';
import { TICKET_MS } from './limits.ts';
import { ticketKey } from './live-keys.ts';

/** Whose ticket it is, and so whose connection it will be. */
export const watcher = {
  tenant: z.string(),
  /** As `Caller` has it. */
  credential: z.string(),
  /** The targets that the credential is limited to. */
  targets: z.optional(z.array(z.string())),
  /** The session that stands for it, if one does. */
  session: z.optional(z.string()),
  /** When the credential, or the session, ends, if that is known. RFC 3339. */
  endsAt: z.optional(z.string()),
  /** The listener whose connection it will be. Such a connection gets no frames unless `frames` says so. */
  listener: z.optional(z.string()),
  frames: z.optional(z.boolean()),
};

const TICKET = itemKind('ticket', {
  ...watcher,
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
  ttl: z.number(),
});
export type Watcher = Pick<ItemOf<typeof TICKET>, keyof typeof watcher>;

/** @param text of the ticket, which is not stored @param now milliseconds since the epoch, as all times here */
export async function putTicket(
  TableName: string,
  text: string,
  watching: Watcher,
  now: number,
): Promise<{ expiresAt: number }> {
  const expiresAt = now + TICKET_MS;
  const Item = { ...ticketKey(text), ...watching, expiresAt, ttl: Math.ceil(expiresAt / 1000) };
  await dynamo.put({ TableName, Item });
  return { expiresAt };
}

/** Uses a ticket up. @returns undefined for one that is unknown, used or over */
export async function takeTicket(TableName: string, text: string, now: number): Promise<Watcher | undefined> {
  try {
    const { Attributes } = await dynamo.delete({
      TableName,
      Key: ticketKey(text),
      ConditionExpression: 'expiresAt > :now',
      ExpressionAttributeValues: { ':now': now },
      ReturnValues: 'ALL_OLD',
    });
    const { tenant, credential, targets, session, endsAt, listener, frames } = parseItem(
      TICKET,
      TableName,
      Attributes!,
    );
    return { tenant, credential, targets, session, endsAt, listener, frames };
  } catch (error) {
    if (isConditionFailure(error)) return undefined;
    throw error;
  }
}

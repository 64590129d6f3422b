import { errorFields, warn } from '../platform/log.ts';
import { aboutAll } from '../platform/log-fields.ts';
import { type DeliverDeps, deliverAll } from './deliver.ts';
import type { DeliveriesMessage, DeliveryMessage } from './messages.ts';
import { unpacked } from './packed-deliveries.ts';
import { sentOn } from './queues/loop-bounds.ts';

type Incoming = DeliveryMessage | DeliveriesMessage;

/**
 * Posts the deliveries of messages. Never throws. Where only some deliveries of a message have to be received again, they go
 * to the slow lane one by one, so that the others are not posted again. So do all of a message that keeps failing: one of
 * them may end the function each time, and must not take the others along to the dead letters.
 * @param isFailing whether a message has come back more than once
 * @returns the messages that have to be received again
 */
export async function deliverMessages(
  deps: DeliverDeps,
  messages: readonly Incoming[],
  isFailing: (message: Incoming) => boolean,
): Promise<readonly Incoming[]> {
  const opened = messages.map((message) => ({
    message,
    deliveries: message.kind === 'deliveries' ? unpacked(message) : [message],
    isToSplit: message.kind === 'deliveries' && isFailing(message),
  }));
  const toPost = opened.flatMap(({ deliveries, isToSplit }) => (isToSplit ? [] : deliveries));
  const faulty = new Set(await deliverAll(deps, toPost));
  const again = await Promise.all(
    opened.map(async ({ message, deliveries, isToSplit }) => {
      const left = isToSplit ? deliveries : deliveries.filter((one) => faulty.has(one));
      if (left.length === 0) return [];
      const isSplit = isToSplit || left.length < deliveries.length;
      return isSplit && (await sendSingly(deps, left)) ? [] : [message];
    }),
  );
  return again.flat();
}

async function sendSingly(
  { toLane, sendAddressed }: DeliverDeps,
  deliveries: readonly DeliveryMessage[],
): Promise<boolean> {
  try {
    await sendAddressed(deliveries.map((delivery) => toLane('slow', sentOn(delivery))));
    return true;
  } catch (error) {
    warn('deliveries not sent singly', { ...aboutAll(deliveries), ...errorFields(error) });
    return false;
  }
}

import { errorFields, warn } from '../platform/log.ts';
import { type DeliverDeps, deliverAll } from './deliver.ts';
import type { DeliveriesMessage, DeliveryMessage } from './messages.ts';
import { unpacked } from './packed-deliveries.ts';
import { sentOn } from './queues/loop-bounds.ts';

/**
 * Posts the deliveries of messages. Never throws. Where only some deliveries of a message have to be received again, they go
 * to the slow lane one by one, so that the others are not posted again.
 * @returns the messages that have to be received again
 */
export async function deliverMessages(
  deps: DeliverDeps,
  messages: readonly (DeliveryMessage | DeliveriesMessage)[],
): Promise<readonly (DeliveryMessage | DeliveriesMessage)[]> {
  const opened = messages.map((message) => ({
    message,
    deliveries: message.kind === 'deliveries' ? unpacked(message) : [message],
  }));
  const faulty = new Set(
    await deliverAll(
      deps,
      opened.flatMap(({ deliveries }) => deliveries),
    ),
  );
  const again = await Promise.all(
    opened.map(async ({ message, deliveries }) => {
      const failed = deliveries.filter((one) => faulty.has(one));
      if (failed.length === 0) return [];
      return failed.length < deliveries.length && (await sendSingly(deps, failed)) ? [] : [message];
    }),
  );
  return again.flat();
}

async function sendSingly(
  { toLane, sendAddressed }: DeliverDeps,
  failed: readonly DeliveryMessage[],
): Promise<boolean> {
  try {
    await sendAddressed(failed.map((delivery) => toLane('slow', sentOn(delivery))));
    return true;
  } catch (error) {
    warn('deliveries not sent singly', { size: failed.length, ...errorFields(error) });
    return false;
  }
}

import type { MessageView } from '../../api/pull.ts';
import { nextNumber } from '../../delivery/outcome.ts';
import { bodyView } from '../../pull/message-body.ts';
import { receiptText } from '../../pull/receipt.ts';
import type { Fetched } from '../../pull/receive.ts';
import { describeEvent, signedRequest } from '../../targets/request-headers.ts';
import type { Target } from '../../targets/target.ts';
import { deliveryId, timeOfUlid } from '../../values/ids.ts';
import { rfc3339 } from '../../values/rfc3339.ts';

/** A message as it is answered: what a webhook would have said of it, and what acknowledges it. */
export function messageView(
  target: Pick<Target, 'signature' | 'secrets'>,
  { item, delivery, lease, body }: Fetched,
): MessageView {
  const { event, subscription } = delivery;
  const attempt = nextNumber(delivery);
  const { headers } = signedRequest(target, '', describeEvent(event, attempt), body, lease.at);
  const { 'user-agent': _, ...said } = headers as Record<string, string>;
  return {
    id: event.id,
    deliveryId: deliveryId(event.ulid, subscription),
    subscriptionId: subscription,
    type: event.type,
    acceptedAt: rfc3339(timeOfUlid(event.ulid)),
    attempt,
    headers: said,
    ...bodyView(body),
    receipt: receiptText({ key: item.key, token: lease.token }),
    leaseUntil: rfc3339(lease.until),
  };
}

import type { DeliveryMessage } from '../../lambdas/delivery/messages.ts';
import type { Outcome } from '../../lambdas/delivery/outcome-schema.ts';
import { eventOf } from './events.ts';

/** A delivery without attempts. */
export const deliveryOf = (about: Partial<DeliveryMessage> = {}): DeliveryMessage => ({
  v: 1,
  kind: 'delivery',
  tenant: 't',
  subscription: 'sub_1',
  target: 'tgt_1',
  event: about.event ?? eventOf(),
  attempts: [],
  ...about,
});

/** The outcome of a delivery that arrived. @param about at least the time and the event */
export const outcomeOf = (about: Partial<Outcome> & Pick<Outcome, 'at' | 'event'>): Outcome => ({
  tenant: 't',
  subscription: 'sub_1',
  target: 'tgt_1',
  status: 'delivered',
  attempts: [],
  ...about,
});

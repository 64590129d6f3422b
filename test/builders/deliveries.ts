import type { DeliveryMessage } from '../../lambdas/delivery/messages.ts';
import type { Outcome } from '../../lambdas/delivery/outcome-schema.ts';
import { eventOf } from './events.ts';

/** A delivery that nothing was done about yet. */
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

/** A delivery that arrived, as the delivery log hears of it. @param about with the time and the event in any case */
export const outcomeOf = (about: Partial<Outcome> & Pick<Outcome, 'at' | 'event'>): Outcome => ({
  tenant: 't',
  subscription: 'sub_1',
  target: 'tgt_1',
  status: 'delivered',
  attempts: [],
  ...about,
});

import type { Subject } from '../platform/log-fields.ts';
import type { Message } from './messages.ts';
import { unpacked } from './packed-deliveries.ts';

/** What a message is about, for the log. */
export function subjectsOf(message: Message): readonly Subject[] {
  switch (message.kind) {
    case 'events':
      return message.events.map((event) => ({ tenant: message.tenant, event }));
    case 'delivery':
      return [message];
    case 'deliveries':
      return unpacked(message);
    case 'outcomes':
      return message.outcomes;
    case 'dead':
      return [message.delivery];
    case 'challenge':
    case 'call':
      return [{ tenant: message.tenant, target: message.target }];
    case 'replay':
    case 'live':
      return [{ tenant: message.tenant }];
  }
}

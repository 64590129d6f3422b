import type { webhooks } from '../../client/schema.gen.d.ts';

/** What Posthorn's own events tell. */
const OWN_EVENTS: Readonly<Record<keyof webhooks, string>> = {
  'posthorn.alert.raised': 'An alert rule rings.',
  'posthorn.alert.resolved': 'An alert rule that rang is over.',
  'posthorn.delivery.dead': 'A delivery is a dead letter: it is not tried again by itself.',
  'posthorn.event-type.changed': 'The schema of an event type has changed, or the type has gone.',
  'posthorn.target.disabled': 'An endpoint was given up, and gets nothing until somebody enables it.',
  'posthorn.target.failing': 'Too many requests to an endpoint fail. It still gets its deliveries.',
  'posthorn.target.healthy': 'An endpoint that was failing no longer is.',
  'posthorn.target.recovered': 'An endpoint gets its deliveries again, after a time without any.',
};

export const OWN_TYPES: readonly string[] = Object.keys(OWN_EVENTS);

/** What an event of Posthorn's own tells; undefined for those of others. */
export const ownEventText = (type: string): string | undefined =>
  Object.hasOwn(OWN_EVENTS, type) ? OWN_EVENTS[type as keyof webhooks] : undefined;

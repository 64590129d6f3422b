import type { EventsMessage } from '../delivery/messages.ts';
import { noteLoop } from '../delivery/queues/note-loop.ts';
import { errorFields, warn } from '../platform/log.ts';
import { sendMessages } from '../platform/sqs.ts';
import { ulidSource } from '../values/ids.ts';
import { packBySize } from '../values/pack-by-size.ts';
import type { AlertText } from './alert-texts.ts';
import { inFlight, isTooFarFromCause, type OperationalEvent } from './operational-events.ts';

/** Notifies tenants and operators of what happened. */
export interface Notifier {
  /**
   * Notifies tenants, by events that go through fanout like any other. The delivery of such an event may lead to
   * another one, which is sent as well, and that one leads to none.
   * @throws SendError
   */
  notifyTenant(events: readonly (OperationalEvent | undefined)[]): Promise<void>;
  /** Notifies the operator. Never throws: nothing that is under way may fail for it. */
  notifyOperator(text: AlertText): Promise<void>;
}

export interface NotifierDeps {
  /** Sends events to the events queue. @throws SendError */
  sendEvents(messages: readonly EventsMessage[]): Promise<void>;
  /** Publishes to the topic that operators subscribe to. @throws what SNS answers */
  publishAlert(text: AlertText): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

export function notifierOf({ sendEvents, publishAlert, now }: NotifierDeps): Notifier {
  const nextUlid = ulidSource();
  return {
    async notifyTenant(events) {
      const at = now();
      const { sent = [], dropped = [] } = Object.groupBy(
        events.filter((event) => event !== undefined),
        (event) => (isTooFarFromCause(event) ? 'dropped' : 'sent'),
      );
      for (const { tenant, id } of dropped) noteLoop('operational event', { tenant, event: { id } });
      const byTenant = Map.groupBy(sent, ({ tenant }) => tenant);
      await sendEvents(
        [...byTenant].flatMap(([tenant, own]) =>
          packBySize(own.map((event) => inFlight(event, nextUlid(at)))).map(
            (packed): EventsMessage => ({ v: 1, kind: 'events', tenant, events: packed }),
          ),
        ),
      );
    },

    async notifyOperator(text) {
      try {
        await publishAlert(text);
      } catch (error) {
        warn('alert not published', { subject: text.subject, ...errorFields(error) });
      }
    },
  };
}

export interface NotifierSettings {
  readonly eventsQueueUrl: string;
  readonly alertsTopicArn: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export const createNotifier = ({ eventsQueueUrl, alertsTopicArn, now }: NotifierSettings): Notifier =>
  notifierOf({
    sendEvents: (messages) =>
      sendMessages(
        eventsQueueUrl,
        messages.map((body) => ({ body, group: body.tenant })),
      ),
    async publishAlert(text) {
      // The client is loaded by the first alert, not by every cold start.
      const topic = await import('./alert-topic.ts');
      await topic.publishAlert(alertsTopicArn, text);
    },
    now,
  });

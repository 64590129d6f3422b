import type { EventsMessage } from '../delivery/messages.ts';
import { noteLoop } from '../delivery/note-loop.ts';
import { requireEnv } from '../platform/env.ts';
import { errorFields, warn } from '../platform/log.ts';
import { sendMessages } from '../platform/sqs.ts';
import { ulidSource } from '../values/ids.ts';
import { packBySize } from '../values/pack-by-size.ts';
import type { AlertText } from './alert-texts.ts';
import { inFlight, isTooFarFromCause, type OperationalEvent } from './operational-events.ts';

/** Tells tenants and operators what happened. */
export interface Notifier {
  /**
   * Tells tenants, by events that fanout takes like any other. An event about the delivery of such an event is sent as
   * well, and none about that one.
   * @throws SendError
   */
  notifyTenant(news: readonly (OperationalEvent | undefined)[]): Promise<void>;
  /** Tells the operator. Never throws: nothing that is under way may fail for it. */
  notifyOperator(text: AlertText): Promise<void>;
}

export interface NotifierSettings {
  readonly eventsQueueUrl: string;
  readonly alertsTopicArn: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createNotifier({ eventsQueueUrl, alertsTopicArn, now }: NotifierSettings): Notifier {
  const nextUlid = ulidSource();
  return {
    async notifyTenant(news: readonly (OperationalEvent | undefined)[]): Promise<void> {
      const at = now();
      const { told = [], untold = [] } = Object.groupBy(
        news.filter((one) => one !== undefined),
        (one) => (isTooFarFromCause(one) ? 'untold' : 'told'),
      );
      for (const { tenant, id } of untold) noteLoop('operational event', { tenant, event: { id } });
      const byTenant = Map.groupBy(told, ({ tenant }) => tenant);
      const messages = [...byTenant].flatMap(([tenant, ofTenant]) =>
        packBySize(ofTenant.map((one) => inFlight(one, nextUlid(at)))).map(
          (events): EventsMessage => ({ v: 1, kind: 'events', tenant, events }),
        ),
      );
      await sendMessages(
        eventsQueueUrl,
        messages.map((body) => ({ body, group: body.tenant })),
      );
    },

    async notifyOperator(text: AlertText): Promise<void> {
      try {
        // The client is loaded by the first alert, not by every cold start.
        const { publishAlert } = await import('./alert-topic.ts');
        await publishAlert(alertsTopicArn, text);
      } catch (error) {
        warn('alert not published', { subject: text.subject, ...errorFields(error) });
      }
    },
  };
}

// Until each function hands it in.
let known: Notifier | undefined;
const fromEnv = (): Notifier =>
  (known ??= createNotifier({
    eventsQueueUrl: requireEnv('EVENTS_QUEUE_URL'),
    alertsTopicArn: requireEnv('ALERTS_TOPIC_ARN'),
    now: Date.now,
  }));
export const notifyTenant: Notifier['notifyTenant'] = (news) => fromEnv().notifyTenant(news);
export const notifyOperator: Notifier['notifyOperator'] = (text) => fromEnv().notifyOperator(text);

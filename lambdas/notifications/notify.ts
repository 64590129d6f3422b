import type { EventsMessage } from '../delivery/messages.ts';
import { noteLoop } from '../delivery/note-loop.ts';
import { requireEnv } from '../platform/env.ts';
import { errorFields, warn } from '../platform/log.ts';
import { sendMessages } from '../platform/sqs.ts';
import { ulidSource } from '../values/ids.ts';
import { packBySize } from '../values/pack-by-size.ts';
import type { AlertText } from './alert-texts.ts';
import { inFlight, isTooFarFromCause, type OperationalEvent } from './operational-events.ts';

const eventsQueue = requireEnv('EVENTS_QUEUE_URL');
const alertsTopic = requireEnv('ALERTS_TOPIC_ARN');
const nextUlid = ulidSource();

/**
 * Tells tenants, through events that fanout takes like any other. What the delivery of such an event led to is told as well,
 * and no more than that.
 * @throws SendError
 */
export async function notifyTenant(news: readonly (OperationalEvent | undefined)[]): Promise<void> {
  const now = Date.now();
  const { told = [], untold = [] } = Object.groupBy(
    news.filter((one) => one !== undefined),
    (one) => (isTooFarFromCause(one) ? 'untold' : 'told'),
  );
  for (const { tenant, id } of untold) noteLoop('operational event', { tenant, event: { id } });
  const byTenant = Map.groupBy(told, ({ tenant }) => tenant);
  const messages = [...byTenant].flatMap(([tenant, ofTenant]) =>
    packBySize(ofTenant.map((one) => inFlight(one, nextUlid(now)))).map(
      (events): EventsMessage => ({ v: 1, kind: 'events', tenant, events }),
    ),
  );
  await sendMessages(
    eventsQueue,
    messages.map((body) => ({ body, group: body.tenant })),
  );
}

/** Tells the operator. Never throws: nothing that is under way may fail for it. */
export async function notifyOperator(text: AlertText): Promise<void> {
  try {
    // The client is loaded by the first alert, not by every cold start.
    const { publishAlert } = await import('./alert-topic.ts');
    await publishAlert(alertsTopic, text);
  } catch (error) {
    warn('alert not published', { subject: text.subject, ...errorFields(error) });
  }
}

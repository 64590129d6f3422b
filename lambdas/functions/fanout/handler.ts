import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { getSubscriptions, getVersions } from '../../config/config-store.ts';
import { putFirstOutcomes } from '../../delivery/delivery-log-store.ts';
import { type DeadMessage, type EventsMessage, outcomesMessages } from '../../delivery/messages.ts';
import { batchOrSingly, consume } from '../../delivery/queues/consume.ts';
import { laneQueues } from '../../delivery/queues/lane-queues.ts';
import { quarantineIn } from '../../delivery/queues/quarantine.ts';
import { createHealthCache } from '../../endpoint-health/health-cache.ts';
import { readHealth } from '../../endpoint-health/health-store.ts';
import { putEvents } from '../../events/event-log-store.ts';
import { claimProducerId } from '../../events/id-claim-store.ts';
import { getPayload } from '../../events/payload-store.ts';
import { createBudget } from '../../fanout/budget.ts';
import { type FanOutDeps, fanOut } from '../../fanout/fan-out.ts';
import { holdAtOnce } from '../../fanout/hold-at-once.ts';
import { createIndexes } from '../../fanout/indexes.ts';
import { loadMatchSource } from '../../fanout/match-source-store.ts';
import { type SendToLanesDeps, sendToLanes } from '../../fanout/send-to-lanes.ts';
import { scheduleDrain } from '../../hold-queue/drain-schedule-store.ts';
import { holdFirst } from '../../hold-queue/hold.ts';
import { putFirstHeld } from '../../hold-queue/hold-queue-store.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { skip } from '../../platform/items.ts';
import { sendAddressed, sendMessages } from '../../platform/sqs.ts';

const now = Date.now;
const configTable = requireEnv('CONFIG_TABLE');
const logTable = requireEnv('LOG_TABLE');
const stateTable = requireEnv('STATE_TABLE');
const bucket = requireEnv('PAYLOAD_BUCKET');
const retentionSeconds = requireEnvNumber('LOG_RETENTION_SECONDS');
const quarantine = quarantineIn(requireEnv('QUARANTINE_QUEUE_URL'));

const { healthOf } = createHealthCache({
  read: bind({ readHealth }, stateTable).readHealth,
  freshMs: requireEnvNumber('HEALTH_CACHE_MS'),
});

const { toLane, laneUrl } = laneQueues(requireEnv('LANES'));
const holding = { now, laneUrl, sendAddressed, ...bind({ putFirstHeld, scheduleDrain }, stateTable) };
const outcomesQueue = requireEnv('OUTCOMES_QUEUE_URL');

const lanesFor = (areRepeated: boolean): SendToLanesDeps => ({
  healthOf: (targets) => healthOf(targets, (_, error) => skip(error)),
  holdAtOnce: (deliveries) =>
    holdAtOnce(
      {
        now,
        logFirst: (outcomes) => putFirstOutcomes(logTable, retentionSeconds, outcomes, areRepeated),
        holdFirst: (waiting) => holdFirst(holding, waiting),
        reportLogged: (outcomes) =>
          sendMessages(
            outcomesQueue,
            outcomesMessages(outcomes.map((one) => ({ ...one, logged: true }))).map((body) => ({ body })),
          ),
      },
      deliveries,
    ),
  toLane,
  send: sendAddressed,
  now,
});

const config = bind({ getSubscriptions, getVersions, loadMatchSource }, configTable);

const deps: Omit<FanOutDeps, 'sendToLanes'> = {
  getSubscriptions: config.getSubscriptions,
  indexesFor: createIndexes({ ...config, now }),
  loadStored: (key) => getPayload(bucket, key),
  claimProducerId: (tenant, event) => claimProducerId(logTable, tenant, event, retentionSeconds),
  putEvents: (events) => putEvents(logTable, retentionSeconds, events),
  sendBack: sendTo(requireEnv('EVENTS_QUEUE_URL')),
  sendToDeadLetters: sendTo(requireEnv('DEAD_LETTERS_QUEUE_URL')),
};

function sendTo(queueUrl: string): (messages: readonly (EventsMessage | DeadMessage)[]) => Promise<void> {
  return (messages) =>
    sendMessages(
      queueUrl,
      messages.map((body) => ({ body, group: body.kind === 'dead' ? body.delivery.tenant : body.tenant })),
    );
}

/** Turns events into deliveries. What is beyond an invocation's budget goes back to the events queue. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => {
  const budget = createBudget();
  const work = batchOrSingly<'events'>((received, areRepeated) => {
    const lanes = lanesFor(areRepeated);
    return fanOut(
      { ...deps, sendToLanes: (deliveries) => sendToLanes(lanes, deliveries) },
      received.map(({ message }) => message),
      budget,
    );
  });
  return consume(event, ['events'], work, quarantine);
};

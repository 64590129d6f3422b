import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { getSubscriptions } from '../../config/config-store.ts';
import { FILTER } from '../../config/entities.ts';
import { getEntity } from '../../config/entity-store.ts';
import { getDeliveriesOf } from '../../delivery/delivery-log-store.ts';
import { batchOrSingly, consume, receivesOf } from '../../delivery/queues/consume.ts';
import { laneQueues } from '../../delivery/queues/lane-queues.ts';
import { quarantineIn } from '../../delivery/queues/quarantine.ts';
import { scanUndelivered, scanWaiting } from '../../delivery/undelivered-store.ts';
import { readHealth } from '../../endpoint-health/health-store.ts';
import { addSubscriptions, getEvent, getEvents, scanEvents } from '../../events/event-log-store.ts';
import { getPayload } from '../../events/payload-store.ts';
import { createProgressTeller, TELL_WITHIN_MS } from '../../live/tell.ts';
import { readWatch } from '../../live/watch-store.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv } from '../../platform/env.ts';
import { sendMessages, sendOnce } from '../../platform/sqs.ts';
import { purgeDeadLetter, scanDeadLetters } from '../../replay/dead-letter-store.ts';
import { claim, unclaim } from '../../replay/replay-claim-store.ts';
import { changeJob, getJob } from '../../replay/replay-job-store.ts';
import { type JobDeps, workOnJob } from '../../replay/work-on-job.ts';
import { loadTargets } from '../../targets/target-store.ts';

const configTable = requireEnv('CONFIG_TABLE');
const stateTable = requireEnv('STATE_TABLE');
const liveQueue = requireEnv('LIVE_QUEUE_URL');
const quarantine = quarantineIn(requireEnv('QUARANTINE_QUEUE_URL'));

const deps: JobDeps = {
  now: Date.now,
  config: {
    ...bind({ getSubscriptions, loadTargets }, configTable),
    getFilter: (tenant, id) => getEntity(configTable, FILTER, tenant, id),
  },
  health: bind({ readHealth }, stateTable),
  jobs: bind({ getJob, changeJob }, stateTable),
  log: bind(
    {
      addSubscriptions,
      claim,
      getDeliveriesOf,
      getEvent,
      getEvents,
      purgeDeadLetter,
      scanDeadLetters,
      scanEvents,
      scanUndelivered,
      scanWaiting,
      unclaim,
    },
    requireEnv('LOG_TABLE'),
  ),
  payloads: bind({ getPayload }, requireEnv('PAYLOAD_BUCKET')),
  lanes: laneQueues(requireEnv('LANES')),
  replays: bind({ sendMessages }, requireEnv('REPLAYS_QUEUE_URL')),
  tellProgress: createProgressTeller({
    ...bind({ readWatch }, stateTable),
    sendOnce: (messages) => sendOnce(liveQueue, messages, TELL_WITHIN_MS),
    now: Date.now,
  }),
};

/** Works on jobs that send deliveries again, or purge dead letters: a page for each message. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  consume(
    event,
    ['replay'],
    batchOrSingly(async (received) => {
      for (const one of received) await workOnJob(deps, one.message, receivesOf(one));
    }),
    quarantine,
  );

import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { getDeliveriesOf, putOutcomes } from '../../delivery/delivery-log-store.ts';
import { MESSAGE_KINDS, type MessageKind } from '../../delivery/messages.ts';
import { batchOrSingly, consume } from '../../delivery/queues/consume.ts';
import { quarantineIn } from '../../delivery/queues/quarantine.ts';
import { type DeadLetterDeps, writeDeadLetters } from '../../delivery/write-dead-letters.ts';
import { markEventDead } from '../../events/event-log-store.ts';
import { createProgressTeller, createWatchers, TELL_WITHIN_MS } from '../../live/tell.ts';
import { readWatch } from '../../live/watch-store.ts';
import { claimAlert } from '../../notifications/alert-claim-store.ts';
import { createDeadLetterNotifier } from '../../notifications/dead-letter-notifications.ts';
import { createNotifier } from '../../notifications/notify.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { type Outgoing, sendOnce } from '../../platform/sqs.ts';
import { failReplay } from '../../replay/fail-replay.ts';
import { changeJob } from '../../replay/replay-job-store.ts';
import { measureOutcomes } from '../../stats/measure-outcomes.ts';
import { countingMemory, countOutcomes } from '../../stats/stats-store.ts';
import { putChallengeResult } from '../../targets/challenge-store.ts';

const now = Date.now;
const logTable = requireEnv('LOG_TABLE');
const stateTable = requireEnv('STATE_TABLE');
const retentionSeconds = requireEnvNumber('LOG_RETENTION_SECONDS');
const liveQueue = requireEnv('LIVE_QUEUE_URL');
const counted = countingMemory();
const quarantine = quarantineIn(requireEnv('QUARANTINE_QUEUE_URL'));

const notifier = createNotifier({
  eventsQueueUrl: requireEnv('EVENTS_QUEUE_URL'),
  alertsTopicArn: requireEnv('ALERTS_TOPIC_ARN'),
  now,
});
const jobs = bind({ changeJob }, stateTable);
const sendLive = (messages: readonly Outgoing[]): Promise<void> =>
  sendOnce(liveQueue, messages, TELL_WITHIN_MS);
const tellProgress = createProgressTeller({
  ...bind({ readWatch }, stateTable),
  sendOnce: sendLive,
  now,
});

const deps: DeadLetterDeps = {
  // What record gave up may have been written before.
  putOutcomes: (outcomes) => putOutcomes(logTable, retentionSeconds, outcomes, true),
  ...bind({ getDeliveriesOf }, logTable),
  markEventDead: (tenant, event) => markEventDead(logTable, retentionSeconds, tenant, event),
  failReplay: (page) => failReplay({ ...jobs, tellProgress, now }, page),
  countOutcomes: (outcomes) => countOutcomes(logTable, counted, outcomes),
  measure: measureOutcomes,
  watchers: createWatchers({ sendOnce: sendLive }, now),
  ...bind({ putChallengeResult }, stateTable),
  ...createDeadLetterNotifier({ notifier, ...bind({ claimAlert }, stateTable), now }),
  now,
};

const work = batchOrSingly<MessageKind>((received) =>
  writeDeadLetters(
    deps,
    received.map(({ message }) => message),
  ),
);

/**
 * Writes dead letters to the log. Two routes lead here: dispatch gives a delivery up, or a queue has handed out a
 * message as often as it may, because a part of ours kept failing on it.
 */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  consume(event, MESSAGE_KINDS, work, quarantine);

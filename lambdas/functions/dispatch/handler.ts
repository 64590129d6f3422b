import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { DeliverDeps } from '../../delivery/deliver.ts';
import { deliverMessages } from '../../delivery/deliver-messages.ts';
import { getProgress } from '../../delivery/delivery-log-store.ts';
import { createDestinations } from '../../delivery/destinations.ts';
import type { Message } from '../../delivery/messages.ts';
import { consume, type Received, receivesOf } from '../../delivery/queues/consume.ts';
import { laneQueues } from '../../delivery/queues/lane-queues.ts';
import { quarantineFrom, quarantineIn } from '../../delivery/queues/quarantine.ts';
import { type ChallengeDeps, sendChallenges } from '../../delivery/send-challenges.ts';
import { createRoleSessions } from '../../destinations/aws/role-sessions.ts';
import { certificateSecrets } from '../../destinations/certificate-secrets.ts';
import { createClientCertificates } from '../../destinations/client-certificates.ts';
import { createTokens } from '../../destinations/http/tokens.ts';
import { createHealthCache } from '../../endpoint-health/health-cache.ts';
import { changeHealth, readHealth } from '../../endpoint-health/health-store.ts';
import type { Lane } from '../../endpoint-health/lane.ts';
import { createHealthNotes } from '../../endpoint-health/note-health.ts';
import { createPayloadCache } from '../../events/payload-cache.ts';
import { getPayload } from '../../events/payload-store.ts';
import { type DrainDeps, drainAll } from '../../hold-queue/drain.ts';
import {
  acquireLease,
  closeHoldQueue,
  rescheduleDrain,
  scheduleBatch,
  scheduleDrain,
} from '../../hold-queue/drain-schedule-store.ts';
import { type HoldDeps, hold } from '../../hold-queue/hold.ts';
import { oldestHeld, putFirstHeld, putHeld, removeHeld } from '../../hold-queue/hold-queue-store.ts';
import { createPoster } from '../../http-client/http-post.ts';
import { createJsonAsker } from '../../http-client/json-client.ts';
import { portsOf } from '../../http-client/ports.ts';
import { createHealthNotifier } from '../../notifications/health-notifications.ts';
import { createNotifier } from '../../notifications/notify.ts';
import { park } from '../../parking/parking-store.ts';
import { assumeRole } from '../../platform/aws/sts.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { fail } from '../../platform/items.ts';
import { secretsUnder } from '../../platform/secrets.ts';
import { sendAddressed } from '../../platform/sqs.ts';
import { pullItems, removePullItem } from '../../pull/pull-store.ts';
import { type SweepDeps, sweep } from '../../pull/sweep.ts';
import { reserveSlots } from '../../rate-limit/rate-slot-store.ts';
import { createRateSlots } from '../../rate-limit/rate-slots.ts';
import { getChallengeResults, putChallengeResult } from '../../targets/challenge-store.ts';
import { loadTargets } from '../../targets/target-store.ts';
import { lazyTransformer } from '../../transform/lazy-transformer.ts';
import { refName } from '../../values/target-ref.ts';

type DispatchDeps = DeliverDeps & ChallengeDeps & DrainDeps & HoldDeps & SweepDeps;

const now = Date.now;
const stateTable = requireEnv('STATE_TABLE');
const config = bind({ loadTargets }, requireEnv('CONFIG_TABLE'));
const health = bind({ readHealth, changeHealth }, stateTable);
const rates = bind({ reserveSlots }, stateTable);
const challenges = bind({ getChallengeResults, putChallengeResult }, stateTable);
const bucket = requireEnv('PAYLOAD_BUCKET');
const quarantine = quarantineIn(requireEnv('QUARANTINE_QUEUE_URL'));
const notifier = createNotifier({
  eventsQueueUrl: requireEnv('EVENTS_QUEUE_URL'),
  alertsTopicArn: requireEnv('ALERTS_TOPIC_ARN'),
  now,
});

const { healthOf, remember } = createHealthCache({
  read: health.readHealth,
  freshMs: requireEnvNumber('HEALTH_CACHE_MS'),
});

/** Where requests may lead. */
const reach = {
  privateAddresses: requireEnv('ALLOW_PRIVATE_ADDRESSES') === 'true',
  ports: portsOf(requireEnv('ALLOWED_PORTS')),
};

const deps: DispatchDeps = {
  now,
  random: Math.random,
  sleep,
  lane: requireEnv('LANE') as Lane,
  // One poster for deliveries and challenges, so that they share connections.
  post: createPoster(reach, now),
  certificates: createClientCertificates({
    now,
    readSecret: secretsUnder(certificateSecrets(requireEnv('POSTHORN_ENV'))),
  }),
  tokens: createTokens({ askForJson: createJsonAsker(reach, now), now }),
  shape: lazyTransformer(new URL('./transformer.mjs', import.meta.url), now).shape,
  aws: { environment: requireEnv('POSTHORN_ENV'), sessions: createRoleSessions(assumeRole, now) },
  loadPayload: createPayloadCache((key) => getPayload(bucket, key)),
  sendAddressed,
  outcomesQueue: requireEnv('OUTCOMES_QUEUE_URL'),
  deadLettersQueue: requireEnv('DEAD_LETTERS_QUEUE_URL'),
  quarantineItems: quarantineFrom(stateTable, quarantine),
  hold: (deliveries, reason, destination) => hold(deps, deliveries, reason, destination),
  sweep: (ref, destination) => sweep(deps, ref, destination),
  loadTarget: async (ref) => (await config.loadTargets([ref], (_, error) => fail(error))).get(refName(ref)),
  putChallengeResult: challenges.putChallengeResult,
  ...laneQueues(requireEnv('LANES')),
  ...bind(
    {
      acquireLease,
      closeHoldQueue,
      oldestHeld,
      park,
      pullItems,
      putFirstHeld,
      putHeld,
      removeHeld,
      removePullItem,
      rescheduleDrain,
      scheduleBatch,
      scheduleDrain,
    },
    stateTable,
  ),
  ...bind({ getProgress }, requireEnv('LOG_TABLE')),
  ...createRateSlots({ now, sleep, reserveSlots: rates.reserveSlots }),
  ...createDestinations({
    now,
    loadTargets: config.loadTargets,
    getChallengeResults: challenges.getChallengeResults,
    healthOf,
    readHealthNow: async (ref) => (await health.readHealth([ref], { consistent: true })).get(refName(ref)),
    freshMs: requireEnvNumber('TARGET_CACHE_MS'),
  }),
  ...createHealthNotes({
    now,
    disableAfterMs: requireEnvNumber('DISABLE_AFTER_HOURS') * 3600 * 1000,
    changeHealth: health.changeHealth,
    remember,
    notifyOfHealth: createHealthNotifier(notifier, now),
  }),
};

const KINDS = ['delivery', 'deliveries', 'challenge', 'call'] as const;
type Kind = (typeof KINDS)[number];

/** Works on what a lane's queue holds: deliveries, challenges and drain messages. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  consume(event, KINDS, dispatch, quarantine);

/** Receives of a message with several deliveries, of five in all. The first may come to nothing for want of a worker. */
const SPLIT_AFTER = 2;

async function dispatch(received: Received<Kind>[]): Promise<Received<Kind>[]> {
  const messages = received.map(({ message }) => message);
  const failing = received.filter((one) => receivesOf(one) > SPLIT_AFTER).map(({ message }) => message);
  const toSplit = new Set<Message>(failing);
  const faulty = await Promise.all([
    deliverMessages(
      deps,
      messages.filter((message) => message.kind === 'delivery' || message.kind === 'deliveries'),
      (message) => toSplit.has(message),
    ),
    sendChallenges(
      deps,
      messages.filter((message) => message.kind === 'challenge'),
    ),
    drainAll(
      deps,
      messages.filter((message) => message.kind === 'call'),
    ),
  ]);
  const again = new Set<Message>(faulty.flat());
  return received.filter(({ message }) => again.has(message));
}

import type { DeliverDeps } from '../../lambdas/delivery/deliver.ts';
import { type DeliveryAt, deliveryName } from '../../lambdas/delivery/delivery.ts';
import type { Progress } from '../../lambdas/delivery/delivery-log-store.ts';
import { createDestinations } from '../../lambdas/delivery/destinations.ts';
import type { DeliveryMessage } from '../../lambdas/delivery/messages.ts';
import { laneQueues } from '../../lambdas/delivery/queues/lane-queues.ts';
import { createClientCertificates } from '../../lambdas/destinations/client-certificates.ts';
import { createTokens } from '../../lambdas/destinations/http/tokens.ts';
import type { StoredHealth } from '../../lambdas/endpoint-health/health.ts';
import { createHealthCache } from '../../lambdas/endpoint-health/health-cache.ts';
import { createHealthNotes, type HealthNotesDeps } from '../../lambdas/endpoint-health/note-health.ts';
import { createPayloadCache } from '../../lambdas/events/payload-cache.ts';
import type { DrainDeps } from '../../lambdas/hold-queue/drain.ts';
import { type HoldDeps, hold } from '../../lambdas/hold-queue/hold.ts';
import type { Attempt } from '../../lambdas/http-client/attempt-record.ts';
import type { Post } from '../../lambdas/http-client/http-post.ts';
import { type Addressed, SendError } from '../../lambdas/platform/sqs.ts';
import { aheadMs, intervalMs } from '../../lambdas/rate-limit/rate-limit.ts';
import { createRateSlots, type RateSlotDeps } from '../../lambdas/rate-limit/rate-slots.ts';
import type { Target } from '../../lambdas/targets/target.ts';
import { refName } from '../../lambdas/values/target-ref.ts';
import { awsOf } from './aws.ts';
import { inMemoryHoldQueue } from './hold-queue.ts';
import { GOOD, NOW, targetOf } from './nth-delivery.ts';

/** An endpoint's answer: a status, another attempt, or a fault of the function's own. */
export type Answer = number | Partial<Attempt> | Error;

export interface EngineSettings {
  /** Default: a healthy target. Undefined for a deleted one. */
  readonly target?: Target | undefined;
  readonly health?: StoredHealth | undefined;
  /** One answer for each request; the last one repeats. Default: 200. */
  readonly answers?: readonly Answer[];
  readonly lane?: DeliverDeps['lane'];
  readonly changeHealth?: HealthNotesDeps['changeHealth'];
  /** Replaces parts, for example by failing ones. @param sent see `refusing` */
  readonly faults?: (sent: Addressed[]) => Partial<EngineDeps>;
}

export type EngineDeps = DeliverDeps & DrainDeps & HoldDeps;

/**
 * What dispatch needs, in memory: real decisions, caches, slots and notes on health, with a clock that moves only by
 * sleeping, stores of one target, and queues that keep what is sent.
 */
export function createEngine(settings: EngineSettings = {}) {
  const { answers = [200], lane = 'slow' } = settings;
  const target = 'target' in settings ? settings.target : targetOf();
  const state = {
    now: NOW,
    health: 'health' in settings ? settings.health : (GOOD as StoredHealth | undefined),
  };
  const now = (): number => state.now;
  const sleep = async (ms: number): Promise<void> => {
    state.now += ms;
  };
  const targets = new Map(target && [[refName({ tenant: 't', target: target.id }), target]]);

  const requests: Post[] = [];
  const sent: Addressed[] = [];
  const parked: { message: DeliveryMessage; due: number }[] = [];
  const notified: Parameters<HealthNotesDeps['notifyOfHealth']>[] = [];
  const remembered: (StoredHealth | undefined)[] = [];
  const quarantined: string[] = [];
  const holdQueue = inMemoryHoldQueue();
  const log = inMemoryProgress();
  const payloads = new Map<string, Uint8Array>();

  const readHealth = async () => new Map(state.health && [['t/tgt_1', state.health]]);
  const changeHealth: HealthNotesDeps['changeHealth'] = async (_ref, _known, change) => {
    const before = state.health;
    const after = change(before);
    if (after === undefined || after === before) return { before, after: before };
    state.health = { ...after, revision: (before?.revision ?? 0) + 1 };
    return { before, after: state.health };
  };
  const notes = createHealthNotes({
    now,
    disableAfterMs: 5 * 86_400_000,
    changeHealth: settings.changeHealth ?? changeHealth,
    remember: (_ref, health) => void remembered.push(health),
    notifyOfHealth: async (...about) => void notified.push(about),
  });

  const deps: EngineDeps = {
    now,
    sleep,
    random: () => 0.5,
    lane,
    async post(request) {
      const answer = answers[Math.min(requests.length, answers.length - 1)]!;
      requests.push(request);
      if (answer instanceof Error) throw answer;
      return { at: state.now, ms: 20, ...(typeof answer === 'number' ? { status: answer } : answer) };
    },
    certificates: createClientCertificates({ now, readSecret: async () => undefined }),
    aws: awsOf(),
    tokens: createTokens({
      askForJson: async () => ({ kind: 'answered', status: 200, body: { access_token: 'token' } }),
      now,
    }),
    async shape() {
      throw new Error('expected no transformation');
    },
    loadPayload: createPayloadCache(async (key) => payloads.get(key)),
    sendAddressed: async (messages) => void sent.push(...messages),
    outcomesQueue: 'outcomes',
    deadLettersQueue: 'dead-letters',
    park: async (deliveries) => void parked.push(...deliveries),
    hold: (...args) => hold(deps, ...args),
    quarantineItems: async (unreadable) => {
      quarantined.push(...unreadable.map(({ body }) => body));
      return true;
    },
    ...laneQueues(
      'https://sqs.us-east-1.amazonaws.com/1/any;. critical=critical standard=standard slow=slow bulk=bulk',
    ),
    ...holdQueue,
    sweep: async () => undefined,
    getProgress: log.getProgress,
    ...createRateSlots({ now, sleep, reserveSlots: inMemorySlots() }),
    ...createDestinations({
      now,
      loadTargets: async () => targets,
      getChallengeResults: async () => new Map(),
      healthOf: createHealthCache({ read: readHealth, freshMs: 1 }).healthOf,
      readHealthNow: async () => state.health,
      freshMs: 1,
    }),
    ...notes,
    ...settings.faults?.(sent),
  };
  return { deps, state, requests, sent, parked, notified, remembered, quarantined, payloads, holdQueue, log };
}

/** A fault of the function's own: no file descriptor is left. */
export const OWN_FAULT = new Error('EMFILE');

/** What was sent, by the last part of each queue's URL: the numbers of `nthDelivery`, or the message's kind. */
export const sentTo = (sent: readonly Addressed[]): string[] =>
  sent.map(({ queueUrl, body, delaySeconds = 0 }) => {
    const {
      kind,
      event,
      delivery = { event },
    } = body as {
      kind: string;
      event?: DeliveryMessage['event'];
      delivery?: { event: DeliveryMessage['event'] | undefined };
    };
    const what = delivery.event ? delivery.event.id : kind;
    return `${what} → ${queueUrl.split('/').at(-1)}${delaySeconds > 0 ? ` in ${delaySeconds} s` : ''}`;
  });

/** Sends, but refuses the messages for which this is true. */
export const refusing =
  (sent: Addressed[], isRefused: (message: Addressed) => boolean) =>
  async (messages: readonly Addressed[]): Promise<void> => {
    sent.push(...messages.filter((message) => !isRefused(message)));
    const refused = messages.flatMap((message, i) => (isRefused(message) ? [i] : []));
    if (refused.length === 0) return;
    throw new SendError(refused.map((i) => ({ id: String(i), reason: 'refused', isSendersFault: false })));
  };

/** What the log knows of deliveries. `asked` has how many each read named. */
function inMemoryProgress() {
  const known = new Map<string, Progress>();
  const asked: number[] = [];
  return {
    asked,
    note: ({ event, subscription }: DeliveryMessage, progress: Progress): void => {
      known.set(deliveryName({ ulid: event.ulid, subscription }), progress);
    },
    async getProgress(_tenant: string, refs: readonly DeliveryAt[]) {
      asked.push(refs.length);
      const names = refs.map(deliveryName).filter((name) => known.has(name));
      return new Map(names.map((name) => [name, known.get(name)!]));
    },
  };
}

/** Slots by target, as the state table reserves them. */
export function inMemorySlots(): RateSlotDeps['reserveSlots'] {
  const free = new Map<string, number>();
  return async (ref, count, perSecond, now, ahead = aheadMs(perSecond)) => {
    const first = Math.max(now, free.get(refName(ref)) ?? now);
    if (first > now + ahead) return undefined;
    free.set(refName(ref), first + count * intervalMs(perSecond));
    return first;
  };
}

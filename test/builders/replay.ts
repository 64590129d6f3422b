import type { Filter, Subscription } from '../../lambdas/config/entities.ts';
import type { DeliveryMessage, ReplayMessage } from '../../lambdas/delivery/messages.ts';
import type { StoredHealth } from '../../lambdas/endpoint-health/health.ts';
import type { Lane } from '../../lambdas/endpoint-health/lane.ts';
import type { UnreadableItemError } from '../../lambdas/platform/items.ts';
import { SendError } from '../../lambdas/platform/sqs.ts';
import { newJob, type ReplayJob, type StoredJob } from '../../lambdas/replay/replay-job.ts';
import { type JobDeps, workOnJob } from '../../lambdas/replay/work-on-job.ts';
import type { Target } from '../../lambdas/targets/target.ts';
import { refName } from '../../lambdas/values/target-ref.ts';
import { freshTimes, targetOf } from './entities.ts';
import { memoryLog } from './memory-log.ts';

export const TENANT = 't';

/** A subscription with a target and a filter that wants everything. */
export interface Configured {
  readonly subscription?: Partial<Subscription>;
  readonly target?: Partial<Target>;
  readonly filter?: Partial<Filter>;
  readonly health?: Partial<StoredHealth>;
}

/** The tables and queues around replay jobs, in memory. */
export function replayWorld() {
  const log = memoryLog();
  const subscriptions = new Map<string, Subscription>();
  const targets = new Map<string, Target>();
  const filters = new Map<string, Filter>();
  const health = new Map<string, StoredHealth>();
  const payloads = new Map<string, Uint8Array>();
  const jobs = new Map<string, StoredJob>();
  const sent: { readonly lane: Lane; readonly delivery: DeliveryMessage }[] = [];
  const asked: { readonly message: ReplayMessage; readonly delaySeconds: number }[] = [];
  /** A scan takes so long. */
  const clock = { now: Date.UTC(2026, 10, 21, 12), scanMs: 0 };
  /** Deliveries that SQS refuses. */
  const refused = new Set<string>();
  const isRefused = ({ event, subscription }: DeliveryMessage): boolean =>
    refused.has(`${event.id} ${subscription}`);

  const scanning = <A extends unknown[], R>(scan: (...args: A) => R) => {
    return (...args: A): R => {
      clock.now += clock.scanMs;
      return scan(...args);
    };
  };
  const told: string[] = [];
  const unreadable = new Map<string, UnreadableItemError>();
  /** What the table has of those that can be read; the others are reported. */
  const readable = <T>(
    stored: ReadonlyMap<string, T>,
    names: readonly (readonly [key: string, name: string])[],
    onUnreadable: (name: string, error: UnreadableItemError) => void,
  ): [string, T][] =>
    names.flatMap(([key, name]): [string, T][] => {
      const error = unreadable.get(key);
      if (error) onUnreadable(name, error);
      const item = stored.get(key);
      return error || item === undefined ? [] : [[name, item]];
    });
  const deps: JobDeps = {
    now: () => clock.now,
    config: {
      getSubscriptions: async (_, ids, onUnreadable) => {
        const names = ids.map((id) => [id, id] as const);
        return readable(subscriptions, names, onUnreadable).map(([, subscription]) => subscription);
      },
      loadTargets: async (refs, onUnreadable) => {
        const names = refs.map((ref) => [ref.target, refName(ref)] as const);
        return new Map(readable(targets, names, onUnreadable));
      },
      getFilter: async (_, id) => filters.get(id),
    },
    health: {
      async readHealth(refs, { onUnreadable }) {
        const names = refs.map((ref) => [refName(ref), refName(ref)] as const);
        return new Map(readable(health, names, onUnreadable));
      },
    },
    payloads: { getPayload: async (key) => payloads.get(key) },
    log: {
      ...log,
      scanEvents: scanning(log.scanEvents),
      scanDeadLetters: scanning(log.scanDeadLetters),
      scanUndelivered: scanning(log.scanUndelivered),
      scanWaiting: scanning(log.scanWaiting),
    },
    lanes: {
      async sendToLane(lane, deliveries) {
        const failed = deliveries.flatMap((delivery, i) =>
          isRefused(delivery) ? [{ id: String(i), reason: 'refused', isSendersFault: false }] : [],
        );
        const accepted = deliveries.filter((delivery) => !isRefused(delivery));
        sent.push(...accepted.map((delivery) => ({ lane, delivery })));
        if (failed.length > 0) throw new SendError(failed);
      },
    },
    jobs: {
      getJob: async (_, id) => jobs.get(id),
      async changeJob(_, id, change) {
        const job = jobs.get(id);
        const changed = job && change(job);
        if (changed && changed !== job) jobs.set(id, { ...changed, revision: job.revision + 1 });
        return jobs.get(id);
      },
    },
    tellProgress: async ({ state, done }) => void told.push(`${state} ${done}`),
    replays: {
      async sendMessages(messages) {
        for (const { body, delaySeconds = 0 } of messages) {
          asked.push({ message: body as ReplayMessage, delaySeconds });
        }
      },
    },
  };

  return {
    deps,
    log,
    targets,
    subscriptions,
    health,
    /** Items that are not of their kind: by a subscription's id, a target's id, or the name of a target in health. */
    unreadable,
    payloads,
    jobs,
    sent,
    /** What those who watch were told: state and count. */
    told,
    /** Pages that were asked for. */
    asked,
    clock,
    /** As `event subscription`: deliveries that SQS refuses. */
    refused,

    configure(id: string, about: Configured = {}): void {
      const target = targetOf({ id: `tgt_of_${id}`, url: 'https://example.com', ...about.target });
      const filter = { id: `flt_of_${id}`, events: ['**'], active: true, ...freshTimes(), ...about.filter };
      const binding = { targetId: target.id, filterId: filter.id, active: true, ...freshTimes() };
      targets.set(target.id, target);
      filters.set(filter.id, filter);
      subscriptions.set(id, { id, ...binding, ...about.subscription });
      if (about.health) {
        const known = { revision: 1, ...about.health } as StoredHealth;
        health.set(refName({ tenant: TENANT, target: target.id }), known);
      }
    },

    addJob(about: Pick<ReplayJob, 'selection'> & Partial<ReplayJob>): StoredJob {
      const made = newJob({ id: 'rpl_1', tenant: TENANT, action: 'send', ...about }, clock.now);
      const job = { ...made, ...about, revision: 1 };
      jobs.set(job.id, job);
      return job;
    },

    /** Works on a job's pages as its queue hands them out, until none is asked for. @returns how many there were */
    async runJob(id: string): Promise<number> {
      let pages = 0;
      let message: ReplayMessage = { v: 1, kind: 'replay', tenant: TENANT, job: id, page: 0 };
      for (; ; pages++) {
        if (pages > 100) throw new Error('expected the job to end');
        const before = asked.length;
        await workOnJob(deps, message, 1);
        const next = asked[before];
        if (!next) return pages + 1;
        message = next.message;
        clock.now += next.delaySeconds * 1000;
      }
    },

    /** What was sent, as `event subscription`. */
    deliveries: (): string[] =>
      sent.map(({ delivery: { event, subscription } }) => `${event.id} ${subscription}`),
  };
}

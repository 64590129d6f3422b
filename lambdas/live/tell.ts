import type { LiveChange } from '../delivery/live-schema.ts';
import type { LiveMessage } from '../delivery/messages.ts';
import type { Watchers } from '../delivery/record-outcomes.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import type { Outgoing } from '../platform/sqs.ts';
import { rfc3339 } from '../values/rfc3339.ts';
import { messagesOf } from './summaries.ts';
import { isWatched, type Watch } from './watch.ts';

export interface TellDeps {
  /** Sends to the queue of live-push, once and within a short time. @throws SendError */
  sendOnce(messages: readonly Outgoing[]): Promise<void>;
}

/** Longer than SQS takes. What takes longer is dropped: nothing waits for those who watch. */
export const TELL_WITHIN_MS = 1000;

/** Tells those who watch. Never throws, nor what makes the messages: what they are told is stored elsewhere. */
async function tell({ sendOnce }: TellDeps, make: () => readonly LiveMessage[]): Promise<void> {
  let count = 1;
  try {
    const messages = make();
    count = messages.length;
    if (count > 0) await sendOnce(messages.map((body) => ({ body, group: body.tenant })));
  } catch (error) {
    warn('watchers not told', { messages: count, ...errorFields(error) });
    emitMetrics({ LiveUnsent: count });
  }
}

/**
 * Tells those who watch of outcomes. A mark is remembered, so that the next batch is told while its counters are written.
 * @param now milliseconds since the epoch
 */
export function createWatchers(deps: TellDeps, now: () => number): Watchers {
  const watchedUntil = new Map<string, number>();
  return {
    async tell(outcomes) {
      for (const [tenant, until] of watchedUntil) if (until <= now()) watchedUntil.delete(tenant);
      if (watchedUntil.size === 0) return;
      await tell(deps, () => messagesOf(outcomes, (tenant) => watchedUntil.has(tenant)));
    },

    async learn(outcomes, marks) {
      const fresh = new Set<string>();
      for (const [tenant, mark] of marks) {
        const until = Date.parse(mark);
        if (!(until > now())) continue;
        if (!watchedUntil.has(tenant)) fresh.add(tenant);
        watchedUntil.set(tenant, until);
      }
      if (fresh.size === 0) return;
      await tell(deps, () => messagesOf(outcomes, (tenant) => fresh.has(tenant)));
    },
  };
}

export interface AskAndTellDeps extends TellDeps {
  /** Half a read unit: the read need not be consistent. */
  readWatch(tenant: string, isConsistent: false): Promise<Watch | undefined>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Tells those who watch a tenant, where it is not known whether anyone does. Never throws. */
async function tellIfWatched(
  deps: AskAndTellDeps,
  tenant: string,
  news: Pick<LiveMessage, 'changes' | 'replays'>,
): Promise<void> {
  try {
    if (!isWatched(await deps.readWatch(tenant, false), deps.now())) return;
  } catch (error) {
    warn('watchers not told', { tenant, messages: 1, ...errorFields(error) });
    return;
  }
  await tell(deps, () => [{ v: 1, kind: 'live', tenant, ...news }]);
}

/** What a call has changed of a tenant. */
export type TellChanges = (tenant: string, changes: readonly LiveChange[]) => Promise<void>;

export const createChangeTeller =
  (deps: AskAndTellDeps): TellChanges =>
  async (tenant, changes) => {
    if (changes.length > 0) await tellIfWatched(deps, tenant, { changes: [...changes] });
  };

/** A job, as far as its progress shows. */
interface Progress {
  readonly tenant: string;
  readonly id: string;
  readonly state: string;
  readonly done: number;
  readonly looked: number;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** Tells how far a job has come. */
export type TellProgress = (job: Progress) => Promise<void>;

export const createProgressTeller =
  (deps: AskAndTellDeps): TellProgress =>
  ({ tenant, id, state: status, done, looked, updatedAt }) =>
    tellIfWatched(deps, tenant, { replays: [{ id, status, done, looked, at: rfc3339(updatedAt) }] });

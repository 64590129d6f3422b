import * as z from 'zod/mini';
import { DEATH_REASONS, WAITING_STATUSES } from '../delivery/delivery.ts';
import type { ReplayMessage } from '../delivery/messages.ts';
import { timeOfUlid } from '../values/ids.ts';
import { anyObject, type ItemOf, itemKind } from '../values/item.ts';
import { loose } from '../values/loose.ts';
import type { SkipReason } from './replay.ts';

/** Which dead letters: those for which all given fields hold. */
const deadFilter = {
  subscription: z.optional(z.string()),
  target: z.optional(z.string()),
  reason: z.optional(z.enum(DEATH_REASONS)),
  /** Their events were accepted at this time or later, in milliseconds since the epoch. */
  from: z.optional(z.number()),
  /** Before this time. */
  to: z.optional(z.number()),
};

/** The deliveries of a job. */
const selection = z.discriminatedUnion('kind', [
  /** All of one event. */
  loose({
    kind: z.literal('event'),
    event: z.string(),
    ulid: z.string(),
    subscription: z.exactOptional(z.string()),
  }),
  /** Dead letters. */
  loose({ kind: z.literal('dead'), ...deadFilter }),
  /** Deliveries that wait for an attempt, of events that were accepted before the job began. */
  loose({
    kind: z.literal('waiting'),
    status: z.exactOptional(z.array(z.enum(WAITING_STATUSES))),
    subscription: z.exactOptional(z.string()),
    /** The target that they wait for; their subscriptions may have another one by now. */
    target: z.exactOptional(z.string()),
    eventType: z.exactOptional(z.string()),
    from: z.exactOptional(z.number()),
    to: z.number(),
  }),
  /** Every event of a span that the subscription's filter wants, whatever has become of it. */
  loose({ kind: z.literal('all'), subscription: z.string(), from: z.number(), to: z.number() }),
]);

export const JOB_STATES = ['running', 'completed', 'cancelled', 'failed'] as const;

/** Sends deliveries again, or purges dead letters, page by page, the oldest event first. */
const job = {
  /** 2 where the selection is `waiting`, which older releases do not know. */
  v: z.optional(z.number()),
  id: z.string(),
  tenant: z.string(),
  action: z.enum(['send', 'purge']),
  selection,
  state: z.enum(JOB_STATES),
  /** Why it failed, for a person. */
  problem: z.optional(z.string()),
  /** Pages that are done. */
  page: z.number(),
  /** The place after which the next page begins: a subscription of an event, a dead letter, an event. */
  cursor: z.optional(z.string()),
  /** Until when the worker on the page has it for itself. Milliseconds since the epoch. */
  busyUntil: z.optional(z.number()),
  /** Deliveries, or events, that were examined. */
  looked: z.number(),
  /** Deliveries that were sent, or purged. */
  done: z.number(),
  /** By the reason. */
  skipped: anyObject<Partial<Record<SkipReason, number>>>(),
  createdAt: z.number(),
  updatedAt: z.number(),
};

/** A job as the state table has it. */
const storedJob = itemKind('replay job', {
  ...job,
  /** Rises with each write. */
  revision: z.number(),
});
export const JOB = { ...storedJob, version: 2 };
export type StoredJob = ItemOf<typeof JOB>;
export type ReplayJob = Omit<StoredJob, 'revision'>;
export type Selection = ReplayJob['selection'];
export type DeadFilter = Omit<Extract<Selection, { kind: 'dead' }>, 'kind'>;

export const newJob = (
  about: Pick<ReplayJob, 'id' | 'tenant' | 'action' | 'selection'>,
  now: number,
): ReplayJob => ({
  ...about,
  ...(about.selection.kind === 'waiting' && { v: 2 }),
  state: 'running',
  page: 0,
  looked: 0,
  done: 0,
  skipped: {},
  createdAt: now,
  updatedAt: now,
});

/** Longer than the function may run, so that a page is taken over only from a dead worker. */
const LEASE_MS = 90_000;

/** What to do about a message that asks for a page. */
export type PageStep =
  | 'do'
  /** Another worker has the page, or the page before is not written yet: the message comes again. */
  | 'later'
  /** The page is done, but the message that asks for the next one may be lost. */
  | 'request_next'
  /** The page is long done, or not to be done any more. */
  | 'drop';

export function stepFor(job: ReplayJob, page: number, now: number): PageStep {
  if (job.state !== 'running') return 'drop';
  if (job.page > page) return job.page === page + 1 ? 'request_next' : 'drop';
  return job.page < page || (job.busyUntil ?? 0) > now ? 'later' : 'do';
}

/** The job while a worker has its page. */
export const withLease = (job: ReplayJob, now: number): ReplayJob => ({ ...job, busyUntil: now + LEASE_MS });

/** Asks for the next page of a job. @param before the message that asked for the last one */
export const pageMessage = ({ tenant, id, page }: ReplayJob, before?: ReplayMessage): ReplayMessage => ({
  ...before,
  v: 1,
  kind: 'replay',
  tenant,
  job: id,
  page,
});

/** What came of a page. */
export interface PageResult {
  readonly looked: number;
  readonly done: number;
  readonly skipped: ReplayJob['skipped'];
  /** Where the next page begins; undefined when there is none. */
  readonly cursor: string | undefined;
}

/** The job after a page. If it was cancelled meanwhile, it stays so. */
export function afterPage(
  job: ReplayJob,
  { looked, done, skipped, cursor }: PageResult,
  now: number,
): ReplayJob {
  return {
    ...job,
    looked: job.looked + looked,
    done: job.done + done,
    skipped: addUp(job.skipped, skipped),
    page: job.page + 1,
    cursor: cursor ?? job.cursor,
    busyUntil: undefined,
    state: job.state === 'running' && cursor === undefined ? 'completed' : job.state,
    updatedAt: now,
  };
}

export function addUp(a: ReplayJob['skipped'], b: ReplayJob['skipped']): ReplayJob['skipped'] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)] as SkipReason[]);
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}

/** A job that has ended stays as it is. */
export const ended = (
  job: ReplayJob,
  state: 'cancelled' | 'failed',
  now: number,
  problem?: string,
): ReplayJob =>
  job.state === 'running'
    ? { ...job, state, updatedAt: now, busyUntil: undefined, ...(problem !== undefined && { problem }) }
    : job;

/** Where a job is in time: all events before are done. Undefined before it has begun. */
export function reachedAt({ selection, cursor, state, createdAt }: ReplayJob): number | undefined {
  if (selection.kind === 'event') return undefined;
  if (state === 'completed') return selection.to ?? createdAt;
  return cursor === undefined ? undefined : timeOfUlid(cursor.slice(0, ULID_LENGTH));
}

const ULID_LENGTH = 26;

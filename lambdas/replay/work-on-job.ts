import type { ReplayMessage } from '../delivery/messages.ts';
import { MAX_PAGES } from '../delivery/queues/loop-bounds.ts';
import { noteLoop } from '../delivery/queues/note-loop.ts';
import type { TellProgress } from '../live/tell.ts';
import { emitMetrics } from '../platform/log.ts';
import { doPage, type PageDeps, type PageOutcome } from './job-page.ts';
import { afterPage, ended, type ReplayJob, type StoredJob, stepFor, withLease } from './replay-job.ts';
import { type ReplayQueue, requestPage } from './request-page.ts';

export type JobDeps = PageDeps & {
  readonly jobs: {
    getJob(tenant: string, id: string): Promise<StoredJob | undefined>;
    changeJob(
      tenant: string,
      id: string,
      change: (job: StoredJob) => ReplayJob | undefined,
    ): Promise<StoredJob | undefined>;
  };
  readonly replays: ReplayQueue;
  /** Tells those who watch live. Never throws. */
  readonly tellProgress: TellProgress;
};

/**
 * Does a page, writes what came of it, then asks for the next page: in this order, so that only a page that broke off is
 * done twice.
 * @param receives how often the message was received, this time included
 * @throws Error when the page is not to be done yet, as when another worker has it: the message comes again
 */
export async function workOnJob(deps: JobDeps, message: ReplayMessage, receives: number): Promise<void> {
  const { tenant, job: id, page } = message;
  const job = await deps.jobs.getJob(tenant, id);
  if (!job) return expectLater(message, receives);
  switch (stepFor(job, page, deps.now())) {
    case 'drop':
      return;
    case 'later':
      throw new Error(`page ${page} of ${id} is not to be done yet`);
    case 'request_next':
      return requestPage(deps.replays, job, 0, message);
    case 'do':
      return page < MAX_PAGES ? takePage(deps, job, message) : giveUp(deps, job);
  }
}

/** A first page is asked for before its job is written. When it comes again, the job is there, or it never will be. */
function expectLater({ job, page }: ReplayMessage, receives: number): void {
  if (page === 0 && receives === 1) throw new Error(`the job ${job} is not written yet`);
}

async function giveUp({ jobs, now, tellProgress }: JobDeps, { tenant, id }: StoredJob): Promise<void> {
  noteLoop('replay', { tenant, job: id, hops: MAX_PAGES });
  const job = await jobs.changeJob(tenant, id, (current) =>
    ended(current, 'failed', now(), 'too_many_pages'),
  );
  if (job) await tellProgress(job);
}

async function takePage(deps: JobDeps, { tenant, id, action }: StoredJob, message: ReplayMessage) {
  const { jobs, now } = deps;
  const { page } = message;
  let isOurs = false;
  const taken = await jobs.changeJob(tenant, id, (current) => {
    isOurs = stepFor(current, page, now()) === 'do';
    return isOurs ? withLease(current, now()) : undefined;
  });
  // Another worker took it, or this one with an answer that was lost: only this message brings the job on.
  if (!taken || !isOurs) throw new Error(`page ${page} of ${id} was taken meanwhile`);
  const outcome = await doPage(deps, taken);
  const next = await jobs.changeJob(tenant, id, (current) => apply(current, page, outcome, now()));
  emitMetrics({ Replayed: outcome.kind === 'done' && action === 'send' ? outcome.result.done : 0 });
  const isLeft = next?.state === 'running' && outcome.kind === 'done';
  if (isLeft) await requestPage(deps.replays, next, outcome.pauseSeconds, message);
  if (next) await deps.tellProgress(next);
}

function apply(job: StoredJob, page: number, outcome: PageOutcome, now: number): ReplayJob | undefined {
  if (job.page !== page) return undefined;
  return outcome.kind === 'failed'
    ? ended(job, 'failed', now, outcome.problem)
    : afterPage(job, outcome.result, now);
}

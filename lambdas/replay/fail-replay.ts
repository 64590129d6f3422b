import type { ReplayMessage } from '../delivery/messages.ts';
import type { TellProgress } from '../live/tell.ts';
import { warn } from '../platform/log.ts';
import { ended, type ReplayJob, type StoredJob } from './replay-job.ts';

export interface FailReplayDeps {
  /** Changes a job unless the change answers undefined. */
  changeJob(
    tenant: string,
    id: string,
    change: (job: StoredJob) => ReplayJob | undefined,
  ): Promise<StoredJob | undefined>;
  /** Tells those who watch live. Never throws. */
  readonly tellProgress: TellProgress;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * Marks a job as failed whose page failed again and again. The job says how far it has come, so that another one can
 * begin there. A job that has come further since does not fail: the page was repeated, and the first message did it.
 */
export async function failReplay(
  { changeJob, tellProgress, now }: FailReplayDeps,
  { tenant, job, page }: ReplayMessage,
): Promise<void> {
  warn('replay given up', { tenant, job });
  const failed = await changeJob(tenant, job, (current) =>
    current.page > page + 1 ? undefined : ended(current, 'failed', now(), 'infrastructure'),
  );
  if (failed) await tellProgress(failed);
}

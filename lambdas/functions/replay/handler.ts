import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { batchOrSingly, consume } from '../../delivery/consume.ts';
import { MAX_PAGES } from '../../delivery/loop-bounds.ts';
import type { ReplayMessage } from '../../delivery/messages.ts';
import { noteLoop } from '../../delivery/note-loop.ts';
import { requireEnv } from '../../platform/env.ts';
import { emitMetrics } from '../../platform/log.ts';
import { requestPage } from '../../replay/next-page.ts';
import { doPage, type PageOutcome } from '../../replay/page.ts';
import { begun, ended, turned, turnOf } from '../../replay/replay-job.ts';
import { changeJob, getJob, type StoredJob } from '../../replay/replay-job-store.ts';

const stateTable = requireEnv('STATE_TABLE');

/** Works on jobs that send deliveries again, or purge dead letters: a page for each message. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  consume(
    event,
    ['replay'],
    batchOrSingly(async (received) => {
      for (const { message } of received) await turn(message);
    }),
  );

/**
 * Does a page, notes what came of it, and calls for the next: in this order, so that no page is done twice but one that
 * broke off.
 * @throws Error when the page is somebody else's for the moment: it is to be asked for again
 */
async function turn(message: ReplayMessage): Promise<void> {
  const { tenant, job: id, page } = message;
  const job = await getJob(stateTable, tenant, id);
  switch (turnOf(job, page, Date.now()).kind) {
    case 'drop':
      return;
    case 'later':
      throw new Error(`page ${page} of ${id} is not to be done yet`);
    case 'call':
      return requestPage(job!, 0, message);
    case 'go':
      return page < MAX_PAGES ? goOn(job!, message) : giveUp(job!);
  }
}

async function giveUp({ tenant, id }: StoredJob): Promise<void> {
  noteLoop('replay', { tenant, job: id, hops: MAX_PAGES });
  await changeJob(stateTable, tenant, id, (current) =>
    ended(current, 'failed', Date.now(), 'too_many_pages'),
  );
}

async function goOn(job: StoredJob, message: ReplayMessage): Promise<void> {
  const { page } = message;
  const { tenant, id } = job;
  let isOurs = false;
  const taken = await changeJob(stateTable, tenant, id, (current) => {
    isOurs = turnOf(current, page, Date.now()).kind === 'go';
    return isOurs ? begun(current, Date.now()) : undefined;
  });
  // Taken by another, or by ourselves with an answer that was lost: this message alone brings the job on.
  if (!taken || !isOurs) throw new Error(`page ${page} of ${id} was taken meanwhile`);
  const outcome = await doPage(taken);
  const next = await changeJob(stateTable, tenant, id, (current) => after(current, page, outcome));
  emitMetrics({ Replayed: outcome.kind === 'done' && job.action === 'send' ? outcome.result.done : 0 });
  const isLeft = next?.state === 'running' && outcome.kind === 'done';
  if (isLeft) await requestPage(next, outcome.pauseSeconds, message);
}

function after(job: StoredJob, page: number, outcome: PageOutcome) {
  if (job.page !== page) return undefined;
  const now = Date.now();
  return outcome.kind === 'failed'
    ? ended(job, 'failed', now, outcome.problem)
    : turned(job, outcome.result, now);
}

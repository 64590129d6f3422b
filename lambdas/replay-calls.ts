import { requireEnv } from './adapters/env.ts';
import { sendMessages } from './adapters/sqs.ts';
import type { ReplayMessage } from './domain/messages.ts';
import type { ReplayJob } from './domain/replay-job.ts';

const queue = requireEnv('REPLAYS_QUEUE_URL');

/** Has the next page of a job done, so much later. */
export async function callForPage({ tenant, id, page }: ReplayJob, delaySeconds: number): Promise<void> {
  const body: ReplayMessage = { v: 1, kind: 'replay', tenant, job: id, page };
  await sendMessages(queue, [{ body, group: tenant, delaySeconds }]);
}

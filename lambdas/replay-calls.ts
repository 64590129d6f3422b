import { requireEnv } from './adapters/env.ts';
import { sendMessages } from './adapters/sqs.ts';
import type { ReplayMessage } from './domain/messages.ts';
import { pageMessage, type ReplayJob } from './domain/replay-job.ts';

const queue = requireEnv('REPLAYS_QUEUE_URL');

/** Has the next page of a job done, so much later. @param before the message that asked for the last one */
export async function callForPage(
  job: ReplayJob,
  delaySeconds: number,
  before?: ReplayMessage,
): Promise<void> {
  await sendMessages(queue, [{ body: pageMessage(job, before), group: job.tenant, delaySeconds }]);
}

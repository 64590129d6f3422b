import type { ReplayMessage } from '../delivery/messages.ts';
import { requireEnv } from '../platform/env.ts';
import { sendMessages } from '../platform/sqs.ts';
import { pageMessage, type ReplayJob } from './replay-job.ts';

const queue = requireEnv('REPLAYS_QUEUE_URL');

/** Has the next page of a job done, so much later. @param before the message that asked for the last one */
export async function requestPage(
  job: ReplayJob,
  delaySeconds: number,
  before?: ReplayMessage,
): Promise<void> {
  await sendMessages(queue, [{ body: pageMessage(job, before), group: job.tenant, delaySeconds }]);
}

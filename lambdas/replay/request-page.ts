import type { ReplayMessage } from '../delivery/messages.ts';
import type { Outgoing } from '../platform/sqs.ts';
import { pageMessage, type ReplayJob } from './replay-job.ts';

/** The queue of messages that ask for pages of jobs. */
export interface ReplayQueue {
  sendMessages(messages: readonly Outgoing[]): Promise<void>;
}

/** Asks for the next page of a job, after a delay. @param before the message that asked for the last one */
export async function requestPage(
  replays: ReplayQueue,
  job: ReplayJob,
  delaySeconds: number,
  before?: ReplayMessage,
): Promise<void> {
  await replays.sendMessages([{ body: pageMessage(job, before), group: job.tenant, delaySeconds }]);
}

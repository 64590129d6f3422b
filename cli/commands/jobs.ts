import type { Command, Example } from '../command.ts';
import { afterStart, followJob, NO_WAIT } from '../jobs/follow-job.ts';
import { JOB_FIELDS, JOB_LIST, type Job } from '../jobs/job.ts';
import type { Row } from '../routes/row.ts';
import { commandOf } from '../routes/row-command.ts';
import { deadLetterJobs } from './dead-letter-jobs.ts';
import { deliveryTries } from './delivery-tries.ts';

/** Commands that start a job of the API, or follow one. */

const FOLLOWED =
  'On a terminal a bar shows how far the job is, and Ctrl-C asks what is to become of it. The exit code is 1 if it has failed or was cancelled.';

const starting = (
  words: string,
  operation: Row['operation'],
  description: string,
  examples: readonly Example[],
): Row => ({
  words,
  operation,
  description: `${description} ${FOLLOWED}`,
  examples,
  options: [NO_WAIT],
  act: (context, job: Job, options) => afterStart(context, job, options),
});

const jobRows: readonly Row[] = [
  starting(
    'events replay',
    'replayEvent',
    'To every subscription that it went to, or to one. What has attempts to come is skipped.',
    [
      'posthorn events replay order-4711-created',
      [
        'posthorn events replay order-4711-created --subscription-id sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY',
        'to one',
      ],
    ],
  ),
  starting(
    'deliveries retry-all',
    'retryDeliveries',
    'What waits at this moment, the oldest events first, no faster than rate limits allow. It takes a condition, or --all.',
    [
      'posthorn deliveries retry-all --status parked --event-type order.paid',
      ['posthorn deliveries retry-all --all --no-wait', 'all that waits, without watching'],
    ],
  ),
  starting(
    'subscriptions replay',
    'replaySubscription',
    'Its dead letters of a span of time, or with --deliveries all every event of it that its filter wants now.',
    [
      'posthorn subscriptions replay sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY --deliveries dead',
      [
        'posthorn subscriptions replay sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY --deliveries all --from 7d',
        'an endpoint that has lost a week of data',
      ],
    ],
  ),
  starting(
    'subscriptions retry',
    'retrySubscription',
    'For an endpoint that is back: what waits is tried now, and a pause that it asked for ends.',
    ['posthorn subscriptions retry sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY'],
  ),
  starting(
    'targets retry',
    'retryTarget',
    'For an endpoint that is back: what waits is tried now, and a pause that it asked for ends. What is held goes once a probe gets through, and counts as skipped.',
    ['posthorn targets retry tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QZ'],
  ),
  {
    words: 'replays list',
    operation: 'listReplays',
    description: 'Jobs are kept for 30 days.',
    examples: ['posthorn replays list', ["posthorn replays list --json | jq '.items[0]'", 'the latest']],
    columns: JOB_LIST,
    empty: 'There is none of the last 30 days.',
  },
  {
    words: 'replays get',
    operation: 'getReplay',
    examples: ['posthorn replays get rpl_01KAK2V5E4V2N9CR0Q6WV7Z1QX'],
    columns: JOB_FIELDS,
  },
  {
    words: 'replays watch',
    operation: 'getReplay',
    summary: 'Follow a replay to its end.',
    description: FOLLOWED,
    examples: ['posthorn replays watch rpl_01KAK2V5E4V2N9CR0Q6WV7Z1QX'],
    act: (context, job: Job) => followJob(context, job),
  },
  {
    words: 'replays cancel',
    operation: 'cancelReplay',
    description: 'What it has sent goes on. A job that has ended stays as it is.',
    examples: ['posthorn replays cancel rpl_01KAK2V5E4V2N9CR0Q6WV7Z1QX'],
    columns: JOB_FIELDS,
    note: ({ state }: Job) =>
      state === 'cancelled' ? undefined : `It had ended before, and stays as it was: ${state}.`,
  },
];

export const jobCommands: readonly Command[] = [
  ...jobRows.map(commandOf),
  ...deliveryTries.map(commandOf),
  ...deadLetterJobs,
];

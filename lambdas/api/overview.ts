import * as z from 'zod';
import { route } from './route.ts';
import { time } from './schemas.ts';

/** What an operator of an environment asks: what waits, for how long, and what needs attention. */

const count = (description: string) =>
  z
    .int()
    .nullable()
    .meta({ description: `${description} About; null when the queue does not answer.` });

const queue = z
  .object({
    name: z.string().meta({
      description:
        '`events`, a lane (`critical`, `standard`, `slow`, `bulk`), `outcomes`, `replays`, `deadLetters` or `quarantine`.',
    }),
    region: z.string().meta({ description: 'The AWS region.' }),
    waiting: count('Messages that can be received now.'),
    inFlight: count('Messages that a function is working on.'),
    delayed: count('Messages whose time has not come, such as retries within 15 minutes.'),
    oldestSeconds: z.int().nullable().meta({
      description:
        'How long the oldest message has been there, as of some minutes ago; null when nothing waits, or CloudWatch has no figure yet.',
    }),
  })
  .meta({ id: 'QueueState' });

const attention = z
  .object({
    text: z.string().meta({ description: 'What is not as it should be, in one sentence.' }),
    runbook: z.string().meta({ description: 'The heading of docs/runbook.md that says what to do.' }),
  })
  .meta({ id: 'Attention' });

const isCut = z.boolean().meta({ description: 'There are more, which were not counted.' });

const target = (description: string) => z.int().meta({ description });

const troubledTargets = z
  .object({
    disabled: target('Disabled by Posthorn.'),
    unverified: target('The endpoint has not answered its challenge.'),
    open: target('The breaker is open.'),
    paused: target('The endpoint has asked for a pause.'),
    failing: target('It has failed since its last success, and its breaker is closed.'),
    slow: target('Only slow answers of late.'),
    isCut,
  })
  .meta({
    description:
      'Targets in trouble, of all tenants, by the first state that holds; a thousand of each kind are counted.',
  });

const holdQueues = z.object({
  scheduled: z.int().meta({ description: 'Targets for which deliveries wait; at most 1,000 are counted.' }),
  isCut,
  firstDrainAt: time.nullable().meta({ description: 'When the first of them is drained next.' }),
});

const release = z.object({
  sentUpTo: time.nullable().meta({
    description: 'All parked deliveries that are due before have been sent; null before the first run.',
  }),
  behindSeconds: z.int().nullable().meta({ description: 'How long ago that is; 0 in ordinary times.' }),
});

const recovery = z.object({
  isRunning: z.boolean(),
  endedAt: time.nullable().meta({ description: 'When the last run ended; null while one runs.' }),
  checkedUpTo: time.nullable().meta({
    description: 'Lost deliveries of events that were accepted before have been found and sent again.',
  }),
});

const overview = z
  .object({
    at: time,
    attention: z.array(attention),
    queues: z.array(queue),
    targets: troubledTargets,
    holdQueues,
    release,
    recovery,
  })
  .meta({ id: 'Overview' });
export type OverviewView = z.input<typeof overview>;

const example: OverviewView = {
  at: '2026-11-21T12:00:00.000Z',
  attention: [
    {
      text: '2 messages are in the quarantine of us-east-1, the oldest for 7 minutes.',
      runbook: 'The quarantine alarm rings',
    },
  ],
  queues: [
    { name: 'events', region: 'us-east-1', waiting: 12, inFlight: 40, delayed: 0, oldestSeconds: 1 },
    { name: 'quarantine', region: 'us-east-1', waiting: 2, inFlight: 0, delayed: 0, oldestSeconds: 430 },
  ],
  targets: { disabled: 1, unverified: 0, open: 2, paused: 0, failing: 1, slow: 4, isCut: false },
  holdQueues: { scheduled: 3, isCut: false, firstDrainAt: '2026-11-21T12:00:20.000Z' },
  release: { sentUpTo: '2026-11-21T12:02:00.000Z', behindSeconds: 0 },
  recovery: {
    isRunning: false,
    endedAt: '2026-11-21T11:50:02.000Z',
    checkedUpTo: '2026-11-21T10:35:00.000Z',
  },
};

export const overviewRoutes = {
  getOverview: route({
    function: 'manage',
    method: 'GET',
    path: '/v1/environment',
    scope: 'admin',
    tag: 'Environment',
    summary: 'What waits, and what needs attention',
    description:
      'Of the whole environment and all tenants, for its operators. Counts are read at most every 10 seconds, ages at most once a minute.',
    answers: {
      200: { description: 'How the environment is doing.', schema: overview, example },
    },
  }),
};

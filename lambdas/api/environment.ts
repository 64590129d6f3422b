import * as z from 'zod';
import { listAnswer, listQuery } from './lists.ts';
import { PUBLIC_THROTTLE, route } from './route.ts';
import { pageOf, tenantId, time } from './schemas.ts';
import { disabled, rowHealth, stateFilter } from './target-schemas.ts';

/** How an environment does: whether its parts answer, where it sends from, and what its operators ask of all tenants. */

const health = z
  .object({
    status: z.enum(['ok', 'failing']),
    components: z.record(z.string(), z.enum(['ok', 'failing'])),
  })
  .meta({ id: 'Health' });

const egress = z
  .object({
    static: z.boolean().meta({ description: 'Whether deliveries come from these addresses and no others.' }),
    addresses: z.array(
      z.object({
        region: z.string().meta({ description: 'The AWS region that delivers from there.' }),
        addresses: z.array(z.ipv4()),
      }),
    ),
  })
  .meta({ id: 'Egress' });

const count = (description: string) =>
  z
    .int()
    .nullable()
    .meta({ description: `${description} About; null when the queue does not answer.` });

const queue = z
  .object({
    name: z.string().meta({
      description:
        '`events`, a lane (`critical`, `standard`, `slow`, `bulk`), `outcomes`, `replays`, `live`, `deadLetters` or `quarantine`.',
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

const exampleOverview: OverviewView = {
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

const troubledTarget = z
  .object({
    tenant: z.object({ id: z.string(), name: z.string().optional() }),
    target: z.object({
      id: z.string(),
      name: z.string().optional(),
      url: z.string().meta({ description: 'Without the text of its query, which may hold a key.' }),
    }),
    disabled: disabled.optional(),
    health: rowHealth,
  })
  .meta({ id: 'TroubledTarget' });

const exampleTroubledTarget = {
  tenant: { id: 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QX', name: 'Acme Ltd' },
  target: { id: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX', name: 'Orders', url: 'https://example.com/hook' },
  health: {
    state: 'failing',
    troubledSince: '2026-11-21T11:52:07.000Z',
    attempts: 41,
    attemptSuccessRate: 0.6341,
    waiting: 15,
    failingSince: '2026-11-21T11:52:07.000Z',
    lastFailure: { at: '2026-11-21T11:59:10.000Z', statusCode: 503 },
  },
} as const;

const base = { function: 'manage', method: 'GET', tag: 'Environment' } as const;

export const environmentRoutes = {
  getHealth: route({
    ...base,
    path: '/health',
    alsoAt: ['/v1/health'],
    scope: 'none',
    openBecause: 'load balancers and monitors have no key, and learn no more than which parts answer',
    throttle: PUBLIC_THROTTLE,
    summary: 'Whether every part answers',
    answers: {
      200: {
        description: 'All parts answer.',
        schema: health,
        example: { status: 'ok', components: { api: 'ok', config: 'ok' } },
      },
      503: { description: 'A part does not.', schema: health },
    },
  }),
  getEgress: route({
    ...base,
    path: '/v1/egress',
    scope: 'read',
    limitedBy: 'nothing',
    summary: 'Where deliveries come from',
    description:
      'For a receiver that lets in known addresses only. Without the environment setting `staticEgress` they are AWS’s and change at any time.',
    answers: {
      200: {
        description: 'Addresses by region.',
        schema: egress,
        example: { static: true, addresses: [{ region: 'eu-central-1', addresses: ['203.0.113.7'] }] },
      },
    },
  }),
  getOverview: route({
    ...base,
    path: '/v1/environment',
    scope: 'admin',
    summary: 'What waits, and what needs attention',
    description:
      'Of the whole environment and all tenants, for its operators. Counts are read at most every 10 seconds, ages at most once a minute.',
    answers: {
      200: { description: 'How the environment is doing.', schema: overview, example: exampleOverview },
    },
  }),
  listTroubledTargets: route({
    ...base,
    path: '/v1/environment/targets',
    scope: 'admin',
    summary: 'List targets in trouble, of all tenants',
    description:
      'In the order of tenants and their targets. A page may have fewer rows than `limit`, and a next one.',
    query: listQuery('oldest', {
      state: stateFilter.optional().meta({ description: '`troubled` when left out.' }),
      tenantId: tenantId.optional().meta({ description: 'Those of this tenant.' }),
    }),
    answers: listAnswer('A page of targets.', pageOf(troubledTarget), exampleTroubledTarget),
  }),
};

import * as z from 'zod';
import { listAnswer, listQuery } from './lists.ts';
import { route } from './route.ts';
import { pageOf, time } from './schemas.ts';

/** What tenants cost, estimated from what was counted of them. */

const dollars = (description: string) => z.number().meta({ description });
const count = (description: string) => z.int().meta({ description });

const MONTH = '^[0-9]{4}-(0[1-9]|1[0-2])$';

const parts = z
  .object({
    api: dollars('Requests of producers at API Gateway.'),
    functions: dollars('Lambda.'),
    queues: dollars('SQS.'),
    tables: dollars('Requests of DynamoDB, of which most are writes.'),
    logs: dollars('What functions log, and the access log.'),
    storage: dollars('Events and deliveries in the table, as long as the tenant’s log is kept.'),
  })
  .meta({ description: 'Of `dollars`.' });

const counted = z
  .object({
    deliveries: count('Deliveries whose first attempt was made, or that died without one.'),
    attempts: z.int(),
    retries: count('Attempts that were not the first of their delivery.'),
    delivered: z.int(),
    dead: z.int(),
    parked: count(
      'How often a delivery came to wait in a table: for a late retry, its endpoint, or its rate limit.',
    ),
    answerMs: count('Milliseconds that endpoints took to answer, over all attempts.'),
    batches: count('Batches that outcomes were recorded in. Full ones make deliveries cheap.'),
  })
  .meta({ description: 'What the estimate is made from.' });

const range = {
  dollars: dollars('The estimate.'),
  atLeast: dollars('If every batch was as full as it can be.'),
  atMost: dollars('If every event was published by itself, and every delivery posted by itself.'),
};

const tenantCosts = z
  .object({
    tenant: z.object({ id: z.string(), name: z.string() }),
    ...range,
    parts,
    counted,
    isComplete: z.boolean().meta({ description: 'False when days are missing.' }),
    missingDays: z.array(z.string()).meta({
      description:
        'Days that nothing is counted of any more, such as `2026-11-01`. They are not in the sums.',
    }),
  })
  .meta({ id: 'TenantCosts' });
export type TenantCostsView = z.input<typeof tenantCosts>;

const total = z
  .object({
    tenants: count('Tenants of this page and of the pages before it.'),
    ...range,
    idleDollars: dollars(
      'What the environment costs whatever its tenants do, for the part of the month that has passed. It is in the three sums above.',
    ),
    isComplete: z.boolean().meta({
      description: 'True on the last page, when no day is missing: then it is the environment’s total.',
    }),
  })
  .meta({ id: 'EnvironmentCosts' });

const costs = pageOf(tenantCosts)
  .extend({
    month: z.string(),
    from: time,
    to: time.meta({ description: 'Exclusive. Now, in the month that goes on.' }),
    total,
    prices: z
      .object({ asOf: z.string().meta({ description: 'When they were read.' }), region: z.string() })
      .meta({ description: 'Which prices of AWS are used, without free tiers and discounts.' }),
  })
  .meta({ id: 'Costs' });
export type CostsView = z.input<typeof costs>;

const exampleRow: TenantCostsView = {
  tenant: { id: 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QX', name: 'Acme Ltd' },
  dollars: 2.89,
  atLeast: 2.06,
  atMost: 9.02,
  parts: { api: 0.33, functions: 0.17, queues: 0.58, tables: 1.69, logs: 0.06, storage: 0.06 },
  counted: {
    deliveries: 1_000_000,
    attempts: 1_080_000,
    retries: 80_000,
    delivered: 999_000,
    dead: 1000,
    parked: 4000,
    answerMs: 90_000_000,
    batches: 12_000,
  },
  isComplete: true,
  missingDays: [],
};

const example: CostsView = {
  items: [exampleRow],
  next: null,
  month: '2026-11',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-11-21T12:00:00.000Z',
  total: { tenants: 1, dollars: 5.59, atLeast: 4.76, atMost: 11.72, idleDollars: 2.7, isComplete: true },
  prices: { asOf: '2026-11-21', region: 'us-east-1' },
};

export const costRoutes = {
  listCosts: route({
    function: 'manage',
    method: 'GET',
    tag: 'Environment',
    path: '/v1/environment/costs',
    scope: 'admin',
    summary: 'Estimate a month’s costs by tenant',
    description:
      'From what was counted of deliveries. Counters are kept for 31 days; the totals of a day that is over are kept for 13 months once somebody has asked for them. So ask at least once a month. A page may have fewer rows than `limit`, and a next one.',
    query: listQuery('oldest', {
      month: z
        .string()
        .regex(new RegExp(MONTH), 'expected a month, such as 2026-11')
        .optional()
        .meta({ description: 'In UTC, such as `2026-11`; this month when left out.' }),
    }),
    answers: { 200: { ...listAnswer('A page of tenants.', costs)[200], example } },
  }),
};

import * as z from 'zod';
import { SLOT_MINUTES } from '../stats/counter-keys.ts';
import { INTERVALS, type Interval } from '../stats/series.ts';
import { ACCURACY } from '../stats/sketch.ts';
import { FAILURE_CLASSES } from '../stats/values.ts';
import { EXPORT_TYPES, FORMATS } from './lists.ts';
import { route } from './route.ts';
import { targetId, time } from './schemas.ts';

/** How deliveries do: counters, series over time, and who fails. */

const DAY_MS = INTERVALS.day;
/** The longest span by interval. Shorter intervals would be more points than a chart can show. */
export const MAX_SPAN_MS = { minute: DAY_MS, hour: 31 * DAY_MS, day: 31 * DAY_MS } as const;
export const DEFAULT_SPAN_MS = { minute: INTERVALS.hour, hour: DAY_MS, day: 30 * DAY_MS } as const;
/** A breakdown reads all counters of each of its rows. */
export const MAX_BREAKDOWN_MS = 7 * DAY_MS;
export const ROWS = { default: 10, max: 25 } as const;

const rate = z.number().nullable();
const of = (what: string) =>
  rate.meta({ description: `From 0 to 1: the share of ${what}; null where there are none.` });
const successRate = rate.meta({
  description: 'From 0 to 1, of the deliveries that are settled; null while none is.',
});
const firstAttemptRate = of('deliveries that the first attempt delivered');
const attemptSuccessRate = of('attempts that succeeded');
const retryRate = of('attempts that were not the first of their delivery');
/** A counter under a name that it had before all fields were in camel case. */
const formerly = <T extends z.ZodType>(schema: T, name: string): T =>
  schema.meta({ deprecated: true, description: `Read \`${name}\` instead.` });

/** A form of other systems, so in their case. */
const logPlatformStats = {
  total_deliveries: z.int(),
  delivered: z.int(),
  failed: z.int(),
  success_rate: rate,
};

const undelivered = z
  .object({
    waiting: z.int().meta({ description: 'Deliveries that will be tried again by themselves.' }),
    retrying: z.int().optional().meta({ description: 'Of these, in a queue. Not with `targetId`.' }),
    parked: z.int().optional().meta({ description: 'Of these, in a table. Not with `targetId`.' }),
    dead: z.int().optional().meta({ description: 'Dead letters. Not with `targetId`.' }),
    isCut: z.boolean().meta({ description: 'There are more, which were not counted: at most 20,000 are.' }),
  })
  .meta({ description: 'What is not delivered now, whenever it was published.' });

const stats = z
  .object({
    from: time,
    to: time,
    totalDeliveries: z.int(),
    successRate,
    ...logPlatformStats,
    delivery_stats: z
      .object(logPlatformStats)
      .meta({ description: 'Four counters, in the place and form that clients of log platforms expect.' }),
    attempts: z.int(),
    failedAttempts: z.int(),
    attemptSuccessRate,
    retryRate,
    firstAttemptRate,
    averageAnswerMs: rate,
    averageLatencyMs: rate,
    undelivered,
    first_attempt_rate: formerly(rate, 'firstAttemptRate'),
    average_answer_ms: formerly(rate, 'averageAnswerMs'),
    average_latency_ms: formerly(rate, 'averageLatencyMs'),
    series: z.array(
      z.object({
        at: time,
        deliveries: z.int(),
        delivered: z.int(),
        failed: z.int(),
        attempts: z.int(),
        failedAttempts: z.int(),
      }),
    ),
  })
  .meta({ id: 'Stats' });
export type StatsView = z.input<typeof stats>;

const times = (what: string) =>
  z.object({ average: rate, p50: rate, p95: rate, p99: rate }).meta({
    description: `${what} A percentile is at most ${ACCURACY * 100} % or a millisecond off. Null of nothing.`,
  });

const values = {
  deliveries: z.int().meta({ description: 'Deliveries whose first attempt was made.' }),
  delivered: z.int(),
  dead: z.int(),
  attempts: z.int(),
  failedAttempts: z.int(),
  retries: z.int().meta({ description: 'Attempts that were not the first of their delivery.' }),
  firstAttemptRate,
  attemptSuccessRate,
  retryRate,
  answerMs: times('Milliseconds until the endpoint answered, over all attempts.'),
  latencyMs: times('Milliseconds from acceptance to delivery, over all delivered.'),
  errors: z
    .partialRecord(z.enum(FAILURE_CLASSES), z.int())
    .meta({ description: 'Failed attempts by class. A class without any is left out.' }),
};
const valuesSchema = z.object(values).meta({ id: 'MetricValues' });

const metrics = z
  .object({
    interval: z.enum(Object.keys(INTERVALS) as [Interval, ...Interval[]]),
    from: time,
    to: time,
    targetId: z.string().optional(),
    eventType: z.string().optional(),
    total: valuesSchema,
    series: z.array(z.object({ at: time, ...values }).meta({ id: 'MetricPoint' })).meta({
      description: 'Every interval of the span, oldest first, also those in which nothing happened.',
    }),
  })
  .meta({ id: 'Metrics' });

const breakdown = z
  .object({
    by: z.enum(['target', 'eventType', 'error']),
    from: time,
    to: time,
    items: z.array(
      z
        .object({
          name: z.string().nullable().meta({
            description:
              'A target’s id, an event type, or what failed: an error class or a status code. Null for all event types beyond those that are counted by name.',
          }),
          failedAttempts: z.int(),
          class: z.enum(FAILURE_CLASSES).optional().meta({ description: 'With `by=error`.' }),
          values: valuesSchema.optional().meta({ description: 'With `by=target` and `by=eventType`.' }),
        })
        .meta({ id: 'BreakdownRow' }),
    ),
    isComplete: z.boolean().meta({ description: 'False if there are others beside these.' }),
  })
  .meta({ id: 'Breakdown' });
export type BreakdownView = z.input<typeof breakdown>;

const rowsExpected = `expected a whole number from 1 to ${ROWS.max}`;
const rows = z
  .string()
  .regex(/^[0-9]{1,2}$/, rowsExpected)
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= ROWS.max, rowsExpected)
  .optional()
  .meta({
    // A reader of the documentation writes a number; only in a URL it is text.
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern;
      Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: ROWS.max });
    },
    description: `How many rows at most, up to ${ROWS.max}; ${ROWS.default} when left out.`,
  });

const ofTarget = targetId.optional().meta({ description: 'Of this target alone.' });
const eventType = z.string().optional().meta({ description: 'Of this event type alone.' });
const to = time.optional().meta({ description: 'Now when left out.' });
const fromADayBefore = time.optional().meta({ description: 'A day before `to` when left out.' });
const base = { function: 'manage', method: 'GET', scope: 'read', tag: 'Environment' } as const;

export const metricsRoutes = {
  getStats: route({
    ...base,
    path: '/stats',
    alsoAt: ['/v1/stats'],
    limitedBy: 'targetId',
    summary: 'Count deliveries',
    query: z.strictObject({
      targetId: ofTarget,
      from: fromADayBefore,
      to,
      interval: z
        .enum(['hour', 'minute'])
        .optional()
        .meta({ description: 'Of the series; `hour` when left out.' }),
    }),
    answers: { 200: { description: 'Counters, and a series of them by hour or minute.', schema: stats } },
  }),
  getMetrics: route({
    ...base,
    path: '/v1/metrics',
    limitedBy: 'targetId',
    summary: 'Metrics over time',
    description: `The span is widened to whole intervals of UTC; the last one may still be going on. Counters are kept for 31 days. By minute a span is at most a day, and percentiles are those of the ${SLOT_MINUTES} minutes that the minute is in. Event types are counted by the hour.`,
    query: z.strictObject({
      interval: z
        .enum(Object.keys(INTERVALS) as [Interval, ...Interval[]])
        .optional()
        .meta({ description: '`hour` when left out.' }),
      from: time.optional().meta({
        description: 'When left out, before `to`: an hour by minute, a day by hour, 30 days by day.',
      }),
      to,
      targetId: ofTarget,
      eventType,
      format: z.enum(FORMATS).optional().meta({
        description:
          '`ndjson` has a line of JSON for each interval, `csv` one with the names of the columns before them. Neither has the total.',
      }),
    }),
    answers: {
      200: {
        description: 'The values of the span, and of each interval in it.',
        schema: metrics,
        alsoAs: Object.values(EXPORT_TYPES),
      },
    },
  }),
  getMetricsBreakdown: route({
    ...base,
    path: '/v1/metrics/breakdown',
    limitedBy: 'targetId',
    summary: 'What fails',
    description:
      'By target, event type or error, the worst first: those with the most failed attempts and deaths. The span is widened to whole hours, and is at most 7 days. `targetId` and `eventType` go with `by=error`.',
    query: z.strictObject({
      by: z
        .enum(['target', 'eventType', 'error'])
        .meta({ description: 'What a row is of.', examples: ['target'] }),
      from: fromADayBefore,
      to,
      targetId: ofTarget,
      eventType,
      limit: rows,
    }),
    answers: { 200: { description: 'Rows, the worst first.', schema: breakdown } },
  }),
};

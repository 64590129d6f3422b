import * as z from 'zod';
import { ALARM_NAMES, type AlarmName } from '../monitoring/alarm-table.ts';

/** What an environment wants otherwise than a row of the table of alarms has it. */
const rowSchema = z.strictObject({
  /** In the unit of the row. */
  threshold: z.number().min(0).optional(),
  /** With another severity than the row's, the alarm rings by itself. */
  severity: z.enum(['page', 'ticket']).optional(),
  /** Whether the alarm is left out. */
  off: z.boolean().optional(),
});

const rowsShape = Object.fromEntries(ALARM_NAMES.map((name) => [name, rowSchema.optional()])) as Record<
  AlarmName,
  z.ZodOptional<typeof rowSchema>
>;

const PERCENT = 'expected a percentage from 1 to 90';
const LEAST_ATTEMPTS = 'expected 5 or more: of fewer attempts a share says nothing';

/** How an environment is watched in CloudWatch. */
export const monitoringSchema = z.strictObject({
  /** Whether there is a dashboard for each AWS region: $3 a month each. */
  dashboard: z.boolean(),
  /** Whether there are alarms: $0.10 a month for each metric in one, $0.50 for one that combines others. */
  alarms: z.boolean(),
  /** Changes to rows of lib/monitoring/alarm-table.ts, by the alarm's name. */
  rows: z.strictObject(rowsShape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `expected names of alarms (${ALARM_NAMES.join(', ')}), got ${issue.keys?.join(', ')}`
        : undefined,
  }),
  /** How much there has to be in a quarter of an hour, before a rate or an average rings. */
  floors: z.strictObject({
    /** For the share of attempts that succeed. */
    attempts: z.int().min(1),
    /** For the average time to delivery. */
    deliveries: z.int().min(1),
  }),
  /** Invocations that the account may run at once in a region: `aws lambda get-account-settings` says how many. */
  accountConcurrency: z.int().min(1),
  /**
   * Dollars a month, actual or foreseen, beyond which those who get tickets are notified. Left out, no one is. The tag
   * `posthorn:environment` has to be active in billing.
   */
  monthlyBudgetDollars: z.number().positive().optional(),
  /**
   * From when on a target counts as failing: over so many percent of its attempts of 15 minutes, of so many attempts at least.
   * Its tenant and the operator are notified.
   */
  targetFailing: z.strictObject({
    percent: z.number().min(1, PERCENT).max(90, PERCENT),
    attempts: z.int().min(5, LEAST_ATTEMPTS),
  }),
  /**
   * Where docs/runbook.md can be read in a browser, such as the page in your repository. Alarms and dashboards link to its
   * headings. Left out, they name the headings.
   */
  runbookUrl: z
    .url({
      protocol: /^https$/,
      error: 'expected an https address, such as https://git.example.com/posthorn/docs/runbook.md',
    })
    .refine(
      (url) => !url.includes('#'),
      'expected an address without #, which each link adds with its heading',
    )
    .optional(),
});

export type MonitoringSettings = z.infer<typeof monitoringSchema>;

import * as z from 'zod';

/** How an environment is watched in CloudWatch. */
export const monitoringSchema = z.strictObject({
  /** Whether there is a dashboard for each AWS region: $3 a month each. */
  dashboard: z.boolean(),
  /** Whether there are alarms: $0.10 a month for each metric in one, $0.50 for one that combines others. */
  alarms: z.boolean(),
});

export type MonitoringSettings = z.infer<typeof monitoringSchema>;

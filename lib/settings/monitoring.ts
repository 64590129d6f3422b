import * as z from 'zod';

/** How an environment is watched in CloudWatch. */
export const monitoringSchema = z.strictObject({
  /** Whether there is a dashboard for each AWS region: $3 a month each. */
  dashboard: z.boolean(),
  /** Whether there are alarms: $0.10 a month for each metric in one, $0.50 for one that combines others. */
  alarms: z.boolean(),
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

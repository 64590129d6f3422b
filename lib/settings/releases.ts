import * as z from 'zod';
import { ALARM_NAMES, ALARMS, type AlarmName, type AlarmRow } from '../monitoring/alarm-table.ts';
import type { MonitoringSettings } from './monitoring.ts';

/**
 * How requests move to a new release, and what CodeDeploy calls it.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html#deployment-configurations-predefined-lambda
 */
export const CANARIES = {
  'all-at-once': undefined,
  'canary-10-percent-5-minutes': 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
  'canary-10-percent-10-minutes': 'CodeDeployDefault.LambdaCanary10Percent10Minutes',
  'canary-10-percent-15-minutes': 'CodeDeployDefault.LambdaCanary10Percent15Minutes',
  'canary-10-percent-30-minutes': 'CodeDeployDefault.LambdaCanary10Percent30Minutes',
  'linear-10-percent-every-1-minute': 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
  'linear-10-percent-every-2-minutes': 'CodeDeployDefault.LambdaLinear10PercentEvery2Minutes',
  'linear-10-percent-every-3-minutes': 'CodeDeployDefault.LambdaLinear10PercentEvery3Minutes',
} as const satisfies Record<string, string | undefined>;

type Canary = keyof typeof CANARIES;

/** Alarms of sources are one for each source, and of a stack that is deployed later. */
const POSSIBLE = ALARM_NAMES.filter((name) => (ALARMS[name] as AlarmRow).where !== 'sources');

/** How a new release takes over from the one before. */
export const releasesSchema = z.strictObject({
  /**
   * How much of the work the new release gets at first, and for how long. With `all-at-once` it gets everything, whatever
   * rings: so a fix goes out.
   */
  canary: z.enum(Object.keys(CANARIES) as [Canary, ...Canary[]]),
  /** Alarms that bring the release before back. CodeDeploy takes ten at most. */
  rollbackOn: z
    .array(
      z.enum(POSSIBLE as [AlarmName, ...AlarmName[]], `expected names of alarms (${POSSIBLE.join(', ')})`),
    )
    .min(1)
    .max(10),
});

export type Releases = z.infer<typeof releasesSchema>;

/** Says what a release would watch that is not there; undefined where all is. */
export function releasesProblem(
  releases: Releases | undefined,
  { alarms, rows }: MonitoringSettings,
): string | undefined {
  if (!releases || releases.canary === 'all-at-once') return undefined;
  if (!alarms)
    return 'expected monitoring.alarms with it, since they say whether a release is sound, or canary all-at-once';
  const off = releases.rollbackOn.filter((name) => rows[name]?.off);
  return off.length > 0 ? `expected alarms that are on, got ${off.join(', ')}` : undefined;
}

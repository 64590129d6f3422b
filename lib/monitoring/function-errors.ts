import { CfnMetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Watched } from './watched.ts';

/**
 * A metric filter can't give its metric a dimension of a fixed value, so the namespace says which environment it is.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-logs-metricfilter-metrictransformation.html
 */
export const filterNamespace = (environment: string): string => `Posthorn/${environment}`;

/**
 * Lambda's own line about an invocation. Where it failed (`error`, `failure`, `timeout`) its level is WARN, from which on our
 * functions keep these lines.
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-report
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
const FAILED = '{ $.type = "platform.report" && $.record.status != "success" }';

/**
 * Functions whose failure is an answer of the HTTP API, and rings as such. The live view is none that anybody is woken for: its
 * own page says that it is not live.
 */
export const NOT_COUNTED: ReadonlySet<string> = new Set([
  'Authorize',
  'Ingest',
  'Manage',
  'Docs',
  'Live',
  'LivePush',
]);

/**
 * Counts failed invocations of all functions as one metric. AWS has a metric for each function, and an alarm on all of them would
 * cost $0.10 a month for each.
 */
export function countFunctionErrors(scope: Construct, { environment, functions }: Watched): void {
  const filters = new Construct(scope, 'FailedInvocations');
  for (const [id, { logGroupName }] of functions) {
    if (NOT_COUNTED.has(id)) continue;
    new CfnMetricFilter(filters, id, {
      logGroupName,
      filterPattern: FAILED,
      metricTransformations: [
        {
          metricNamespace: filterNamespace(environment),
          metricName: 'FunctionErrors',
          metricValue: '1',
        },
      ],
    });
  }
}

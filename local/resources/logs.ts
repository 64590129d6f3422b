/** Log groups and what reads them. Lines go to the terminal; what other services write to a group is checked here. */

import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { ACCOUNT } from '../core/account.ts';
import { UNITS } from '../services/logs/embedded-metrics.ts';
import { filterOf } from '../services/logs/filter-pattern.ts';
import type { LogBatch } from '../services/logs/log-groups.ts';
import { known, noted, type ResourceType, resourceType } from './resource.ts';
import { functionByArn, invokeAsync, isPermitted, type World } from './world.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const logGroup = resourceType(
  {
    LogGroupName: z
      .string()
      .max(512)
      .regex(/^[\w./#-]+$/)
      .optional(),
    RetentionInDays: z.literal(RETENTION_DAYS).optional(),
    LogGroupClass: noted('a price').optional(),
    KmsKeyId: noted('nothing is written').optional(),
    Tags: noted('labels for bills').optional(),
  },
  ({ LogGroupName }, { identity, world }) => {
    const name = LogGroupName ?? identity.defaultName;
    world.logs.create(name);
    const arn = `arn:aws:logs:${identity.region}:${ACCOUNT}:log-group:${name}:*`;
    return { ref: name, attributes: { Arn: arn } };
  },
);

/**
 * A filter counts lines. A value that a line holds, and dimensions, are not implemented.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html
 */
const metricFilter = resourceType(
  {
    FilterName: z.string().max(512).optional(),
    LogGroupName: z.string(),
    FilterPattern: z.string(),
    MetricTransformations: z
      .array(
        known({
          MetricName: z.string().min(1).max(255),
          MetricNamespace: z
            .string()
            .max(255)
            .regex(/^(?!AWS\/)[\w.\-/#]+$/, 'expected a namespace, and none of AWS’s'),
          MetricValue: z.string().regex(/^\d+(\.\d+)?$/, 'only numbers are implemented'),
          DefaultValue: z.number().optional(),
          Unit: z.enum(UNITS).default('None'),
        }),
      )
      .length(1),
  },
  ({ LogGroupName, FilterPattern, MetricTransformations }, { identity, world }) => {
    if (!world.logs.has(LogGroupName)) throw new Error(`no log group ${LogGroupName}`);
    const matches = filterOf(FilterPattern);
    for (const { MetricName, MetricNamespace, MetricValue, DefaultValue, Unit } of MetricTransformations) {
      world.logs.addFilter(LogGroupName, {
        matches,
        namespace: MetricNamespace,
        name: MetricName,
        unit: Unit,
        value: Number(MetricValue),
        otherwise: DefaultValue,
      });
    }
    return { ref: identity.defaultName };
  },
);

/**
 * A subscription of a function. A log group that no template has stands for one that exists already.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
 */
const subscriptionFilter = resourceType(
  {
    FilterName: z
      .string()
      .min(1)
      .max(512)
      .regex(/^[^:*]+$/)
      .optional(),
    LogGroupName: z
      .string()
      .min(1)
      .max(512)
      .regex(/^[\w./#-]+$/),
    FilterPattern: z.string(),
    DestinationArn: z.string().startsWith('arn:aws:lambda:', 'only functions are implemented'),
  },
  ({ FilterName, LogGroupName, FilterPattern, DestinationArn }, { identity, world }) => {
    const fn = functionByArn(world, DestinationArn);
    const group = `arn:aws:logs:${identity.region}:${ACCOUNT}:log-group:${LogGroupName}:*`;
    if (!isPermitted(world, DestinationArn, 'logs.amazonaws.com', group))
      throw new Error(
        `could not execute ${fn.name}: it has no AWS::Lambda::Permission for logs.amazonaws.com from ${group}`,
      );
    const name = FilterName ?? identity.defaultName;
    world.logs.create(LogGroupName);
    world.logs.subscribe(LogGroupName, {
      name,
      matches: filterOf(FilterPattern),
      deliver: (batch) => deliver(world, DestinationArn, name, batch),
    });
    return { ref: name };
  },
);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample */
function deliver(world: World, functionArn: string, filterName: string, batch: LogBatch): void {
  const message = {
    messageType: 'DATA_MESSAGE',
    owner: ACCOUNT,
    ...batch,
    subscriptionFilters: [filterName],
  };
  const data = gzipSync(JSON.stringify(message)).toString('base64');
  try {
    invokeAsync(world, functionByArn(world, functionArn), { awslogs: { data } });
  } catch (error) {
    const text = `NotDelivered  ${batch.logEvents.length} lines of ${batch.logGroup}: ${(error as Error).message}`;
    world.log({ kind: 'cloud', text });
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html */
const queryDefinition = resourceType(
  {
    Name: z.string().min(1).max(255),
    QueryString: z.string().min(1).max(10_000),
    LogGroupNames: z.array(z.string()).max(50).default([]),
    QueryLanguage: z.enum(['CWLI', 'SQL', 'PPL']).optional(),
  },
  ({ LogGroupNames }, { identity, world }) => {
    const missing = LogGroupNames.find((name) => !world.logs.has(name));
    if (missing) throw new Error(`LogGroupNames: no log group ${missing}`);
    return { ref: identity.defaultName, attributes: { QueryDefinitionId: identity.defaultName } };
  },
);

export const logsTypes: Record<string, ResourceType> = {
  'AWS::Logs::LogGroup': logGroup,
  'AWS::Logs::MetricFilter': metricFilter,
  'AWS::Logs::SubscriptionFilter': subscriptionFilter,
  'AWS::Logs::QueryDefinition': queryDefinition,
};

const VENDED = '/aws/vendedlogs/';

/** Variables that an HTTP API's access log may hold, besides `$context.authorizer.<property>` and the like. */
const VARIABLES = new Set(
  `accountId apiId authorizer.error awsEndpointRequestId awsEndpointRequestId2 customDomain.basePathMatched
  dataProcessed domainName domainPrefix error.message error.messageString error.responseType extendedRequestId
  httpMethod identity.accountId identity.caller identity.principalOrgId identity.sourceIp identity.user
  identity.userAgent identity.userArn integration.error integration.integrationStatus integration.latency
  integration.requestId integration.status integrationErrorMessage integrationLatency integrationStatus path
  protocol requestId requestTime requestTimeEpoch responseLatency responseLength routeKey stage status`.split(
    /\s+/,
  ),
);
const FREE = /^(authorizer|identity\.(clientCert|cognito)|customDomain)/;

/**
 * Checks the destination and the format of an HTTP API's access log.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
 */
export function checkAccessLog(destinationArn: string, format: string): void {
  const group = /^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:([^:]+)(:\*)?$/.exec(destinationArn)?.[1];
  if (group === undefined)
    throw new Error(`AccessLogSettings.DestinationArn: expected a log group, got ${destinationArn}`);
  if (!group.startsWith(VENDED)) {
    throw new Error(
      `AccessLogSettings.DestinationArn: expected a log group under ${VENDED}, since any other adds to a policy of bounded size, got ${group}`,
    );
  }
  for (const [, name] of format.matchAll(/\$context\.([\w.]+)/g)) {
    if (!VARIABLES.has(name!) && !FREE.test(name!))
      throw new Error(`AccessLogSettings.Format: HTTP APIs have no $context.${name}`);
  }
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format))
    throw new Error('AccessLogSettings.Format: expected $context.requestId in it');
}

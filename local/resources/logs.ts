/** Log groups. Lines go to the terminal; what other services write to a group is checked here. */
import { z } from 'zod';
import { ACCOUNT } from '../core/account.ts';
import { noted, type ResourceType, resourceType } from './resource.ts';

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
  ({ LogGroupName }, { identity }) => {
    const name = LogGroupName ?? identity.defaultName;
    const arn = `arn:aws:logs:${identity.region}:${ACCOUNT}:log-group:${name}:*`;
    return { ref: name, attributes: { Arn: arn } };
  },
);

export const logsTypes: Record<string, ResourceType> = { 'AWS::Logs::LogGroup': logGroup };

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

import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * Few fields, since every request writes a line: caller, request, result, and ids for further search. A missing value
 * is `-`. The first error is the one that API Gateway sent to the caller. The others reach no caller: the authorizer's,
 * Lambda's answer (429: throttled), the integration's.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export const ACCESS_LOG_FIELDS = {
  id: AccessLogField.contextRequestId(),
  ip: AccessLogField.contextIdentitySourceIp(),
  route: AccessLogField.contextRouteKey(),
  status: AccessLogField.contextStatus(),
  ms: AccessLogField.contextResponseLatency(),
  error: AccessLogField.contextErrorMessage(),
  auth: AccessLogField.contextAuthorizerError(),
  lambda: AccessLogField.contextIntegrationStatus(),
  integration: AccessLogField.contextIntegrationErrorMessage(),
};

export const accessLogName = (environment: string): string => `/aws/vendedlogs/posthorn-${environment}/api`;

/**
 * The API's access log. API Gateway puts the name of every such group into one resource policy of the account, which
 * may have 5,120 characters and then refuses further APIs. Groups under `/aws/vendedlogs/` share one entry.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
 *
 * It is deleted with its stack, also in prod, where the stack is protected: a log that stayed would keep its name, and
 * the next deployment could not create it.
 */
export function accessLog(scope: Construct, environment: string, logDays: RetentionDays): IAccessLogSettings {
  const group = new LogGroup(scope, 'AccessLog', {
    logGroupName: accessLogName(environment),
    retention: logDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return {
    destination: new LogGroupLogDestination(group),
    format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
  };
}

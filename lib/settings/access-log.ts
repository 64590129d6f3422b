import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * Few fields, since every request writes a line: who, what, how it went, where to look further. What is not there is `-`.
 * The first error is what the caller was told by API Gateway itself, the others are not told to anybody: the authorizer's,
 * what Lambda answered (429: throttled), what was wrong with the integration.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const FORMAT = {
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

/**
 * The API's access log. API Gateway puts the name of every such group into one resource policy of the account, which may
 * be 5,120 characters long and after that refuses further APIs. Groups under `/aws/vendedlogs/` share one entry.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
 *
 * It goes with its stack, in prod as well, where the stack is protected: one that stayed would keep its name, and the
 * next deployment could not have it.
 */
export function accessLog(scope: Construct, environment: string, logDays: RetentionDays): IAccessLogSettings {
  const group = new LogGroup(scope, 'AccessLog', {
    logGroupName: `/aws/vendedlogs/posthorn-${environment}/api`,
    retention: logDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return {
    destination: new LogGroupLogDestination(group),
    format: AccessLogFormat.custom(JSON.stringify(FORMAT)),
  };
}

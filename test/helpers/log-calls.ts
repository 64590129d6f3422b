/** Calls of CloudWatch Logs, in the form that the AWS CLI and the SDKs send them. */
import type { LocalCloud } from '../../local/cloud.ts';

export interface LogsAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

type Caller = Pick<LocalCloud, 'awsClientConfig'>;

export async function callLogs(cloud: Caller, operation: string, input: object): Promise<LogsAnswer> {
  const { endpoint, region, credentials } = cloud.awsClientConfig();
  const scope = `${credentials.accessKeyId}/20261128/${region}/logs/aws4_request`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Logs_20140328.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify(input),
  });
  return { status: response.status, body: (await response.json()) as LogsAnswer['body'] };
}

/** Writes lines to a stream, which it creates where there is none. */
export async function putLines(
  cloud: Caller,
  logGroupName: string,
  logStreamName: string,
  messages: readonly string[],
  timestamp = Date.now(),
): Promise<LogsAnswer> {
  await callLogs(cloud, 'CreateLogStream', { logGroupName, logStreamName });
  const logEvents = messages.map((message) => ({ timestamp, message }));
  return callLogs(cloud, 'PutLogEvents', { logGroupName, logStreamName, logEvents });
}

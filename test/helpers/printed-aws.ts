import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { putEvents } from './event-calls.ts';

/** What `pattern` finds in a text. @throws where it finds nothing */
function found(pattern: RegExp, text: string): string[] {
  const match = pattern.exec(text);
  if (!match) throw new Error(`expected ${pattern} in ${text}`);
  return match.slice(1);
}

/** Sends a message and an event as the lines for the AWS CLI say that `npm start` prints. */
export async function sendAsPrinted(text: string): Promise<void> {
  const [endpoint, region, accessKeyId, secretAccessKey] = found(
    /AWS_ENDPOINT_URL=(\S+) AWS_DEFAULT_REGION=(\S+) AWS_ACCESS_KEY_ID=(\S+) AWS_SECRET_ACCESS_KEY=(\S+)/,
    text,
  ) as [string, string, string, string];
  const config = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const [QueueUrl, MessageBody, name, DataType, StringValue] = found(
    /aws sqs send-message --endpoint-url \S+ --queue-url (\S+) --message-body '(.*?)' --message-attributes '(.*?)=\{DataType=(\w+),StringValue=(.*?)\}'/,
    text,
  );
  const client = new SQSClient(config);
  await client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody,
      MessageAttributes: { [name!]: { DataType, StringValue } },
    }),
  );
  client.destroy();
  const [entries] = found(/aws events put-events --entries '(.*)'/, text);
  const awsClientConfig = () => ({ ...config, forcePathStyle: true as const });
  const { body } = await putEvents({ awsClientConfig }, JSON.parse(entries!) as object[]);
  expect(body.FailedEntryCount).toBe(0);
}

import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';

// Alerts are rare. Import this file with `await import`, so that a cold start does not wait for the client.

/** An alert to the operator. */
export interface Alert {
  /** One line. It is shortened, and kept to ASCII, as SNS asks. */
  readonly subject: string;
  /** It is shortened to what SNS takes. */
  readonly message: string;
}

/**
 * Limits of Publish: a subject has fewer than 100 characters, no line breaks or control characters, and begins with a
 * visible character; a message has at most 256 KB (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html).
 * A subject becomes a header of a mail, where only ASCII arrives everywhere as it was sent.
 */
const MAX_SUBJECT = 99;
const MAX_MESSAGE_BYTES = 256 * 1024;

const clients = new Map<string, SNSClient>();

/** Publishes to a topic, in the topic's region, which need not be the function's. @throws what SNS answers */
export async function publishAlert(topicArn: string, { subject, message }: Alert): Promise<void> {
  const input = { TopicArn: topicArn, Subject: toSubject(subject), Message: toMessage(message) };
  await clientFor(topicArn).send(new PublishCommand(input));
}

function clientFor(topicArn: string): SNSClient {
  const [, , , region = ''] = topicArn.split(':');
  const client = clients.get(region) ?? new SNSClient({ region });
  clients.set(region, client);
  return client;
}

/** Makes a subject that SNS takes. */
export function toSubject(text: string): string {
  const line = text
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .trim()
    .replace(/[^ -~]/gu, '?');
  if (line === '') return 'Posthorn alert';
  return line.length > MAX_SUBJECT ? `${line.slice(0, MAX_SUBJECT - 3)}...` : line;
}

/** Cuts a text to what SNS takes, between characters. */
export function toMessage(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_MESSAGE_BYTES) return text;
  // Stream mode leaves out a character that the cut has split.
  return new TextDecoder().decode(bytes.subarray(0, MAX_MESSAGE_BYTES), { stream: true });
}

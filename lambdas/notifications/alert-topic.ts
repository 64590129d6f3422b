import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';

// Few functions publish, and those seldom: import this file where it is needed, with `await import`, so that a start
// does not wait for the client.

/** What the operator is told. */
export interface Alert {
  /** One line. Shortened, and kept to ASCII, as SNS asks. */
  readonly subject: string;
  /** Shortened to what SNS takes. */
  readonly message: string;
}

/**
 * Limits of Publish: a subject is under 100 characters, without line breaks and control characters, and begins with
 * something visible; a message has at most 256 KB (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html).
 * Subjects go into a header of a mail, where only ASCII arrives everywhere as it was sent.
 */
const MAX_SUBJECT = 99;
const MAX_MESSAGE_BYTES = 256 * 1024;

const clients = new Map<string, SNSClient>();

/** Publishes to a topic, in the region of the topic, which need not be the function's. @throws what SNS answers */
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

/** A text as a subject that SNS takes. */
export function toSubject(text: string): string {
  const line = text
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .trim()
    .replace(/[^ -~]/gu, '?');
  if (line === '') return 'Posthorn alert';
  return line.length > MAX_SUBJECT ? `${line.slice(0, MAX_SUBJECT - 3)}...` : line;
}

/** As much of a text as SNS takes, with whole characters. */
export function toMessage(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_MESSAGE_BYTES) return text;
  // In stream mode a character that the cut has split is left out.
  return new TextDecoder().decode(bytes.subarray(0, MAX_MESSAGE_BYTES), { stream: true });
}

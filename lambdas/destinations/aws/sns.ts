import { arnOf } from './arn.ts';
import { type AwsSettings, awsKind, resourceOf } from './aws-kind.ts';
import { type Format, headersOf, refuseBeyond, textFor } from './contents.ts';
import { attributeBytes, groupOf, MAX_ATTRIBUTES } from './sqs.ts';

interface Settings extends AwsSettings {
  readonly topicArn: string;
  readonly format?: Format;
  /** A path in the payload. */
  readonly messageGroup?: string;
}

/**
 * Bytes of a message, its attributes included, that a topic can be set to take. By default it takes 262,144, and refuses more.
 * https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html
 */
const LIMIT = 1_048_576;

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const sns = awsKind<Settings>({
  kind: 'sns',
  service: 'sns',
  host: 'sns',
  override: 'SNS',
  action: 'sns:Publish',
  usesKey: true,
  resource: ({ topicArn }) => resourceOf(topicArn),
  request(making) {
    const { topicArn, format = 'payload' } = making.settings;
    const Message = textFor(making, format);
    const attributes = headersOf(making).slice(0, MAX_ATTRIBUTES);
    refuseBeyond(Buffer.byteLength(Message) + attributeBytes(attributes), LIMIT, 'a topic');
    const fields = attributes.flatMap(([name, value], i) => {
      const entry = `MessageAttributes.entry.${i + 1}`;
      return [
        [`${entry}.Name`, name],
        [`${entry}.Value.DataType`, 'String'],
        [`${entry}.Value.StringValue`, value],
      ] as const;
    });
    const group = groupOf(making, arnOf(topicArn).resource.endsWith('.fifo'));
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new URLSearchParams([
        ['Action', 'Publish'],
        ['Version', '2010-03-31'],
        ['TopicArn', topicArn],
        ['Message', Message],
        ...Object.entries(group),
        ...fields,
      ] as [string, string][]).toString(),
    };
  },
});

import { arnOf } from './arn.ts';
import { type AwsSettings, awsKind, otherAccount, resourceOf } from './aws-kind.ts';
import { bytesFor, type Format, refuseBeyond } from './contents.ts';

interface Settings extends AwsSettings {
  readonly deliveryStreamArn: string;
  readonly format?: Format;
  /** Whether a line break ends each record; else they stand side by side in what Firehose writes. */
  readonly newline?: boolean;
}

/** 1,000 KiB. https://docs.aws.amazon.com/firehose/latest/APIReference/API_Record.html */
const LIMIT = 1_024_000;

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecord.html */
export const firehose = awsKind<Settings>({
  kind: 'firehose',
  service: 'firehose',
  host: 'firehose',
  override: 'FIREHOSE',
  action: 'firehose:PutRecord',
  resource: ({ deliveryStreamArn }) => resourceOf(deliveryStreamArn),
  problem: (settings) => otherAccount(settings, arnOf(settings.deliveryStreamArn), 'deliveryStreamArn'),
  request(making) {
    const { deliveryStreamArn, format = 'payload', newline = true } = making.settings;
    const bytes = Buffer.concat([bytesFor(making, format), Buffer.from(newline ? '\n' : '')]);
    refuseBeyond(bytes.length, LIMIT, 'a delivery stream');
    return {
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'Firehose_20150804.PutRecord',
      },
      body: JSON.stringify({
        DeliveryStreamName: arnOf(deliveryStreamArn).resource.replace('deliverystream/', ''),
        Record: { Data: bytes.toString('base64') },
      }),
    };
  },
});

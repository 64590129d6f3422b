import { type AwsSettings, awsKind, eventOf, resourceOf } from './aws-kind.ts';
import { bytesFor, type Format, refuseBeyond, sha256, valueAt } from './contents.ts';

interface Settings extends AwsSettings {
  readonly streamArn: string;
  readonly format?: Format;
  /** A path in the payload. */
  readonly partitionKey?: string;
}

/**
 * Of a record and its key, which a stream can be set to take. By default it takes 1 MiB, and refuses more.
 * https://docs.aws.amazon.com/streams/latest/dev/large-records.html
 */
const LIMIT = 10 * 1_048_576;
const MAX_KEY = 256;

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html */
export const kinesis = awsKind<Settings>({
  kind: 'kinesis',
  service: 'kinesis',
  host: 'kinesis',
  override: 'KINESIS',
  action: 'kinesis:PutRecord',
  usesKey: true,
  resource: ({ streamArn }) => resourceOf(streamArn),
  request(making) {
    const { streamArn, format = 'payload', partitionKey } = making.settings;
    const bytes = bytesFor(making, format);
    const wanted = valueAt(making.body, partitionKey) ?? eventOf(making).id;
    const PartitionKey = [...wanted].length > MAX_KEY ? sha256(wanted) : wanted;
    refuseBeyond(bytes.length + Buffer.byteLength(PartitionKey), LIMIT, 'a stream');
    return {
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'Kinesis_20131202.PutRecord',
      },
      body: JSON.stringify({
        StreamARN: streamArn,
        Data: Buffer.from(bytes).toString('base64'),
        PartitionKey,
      }),
    };
  },
});

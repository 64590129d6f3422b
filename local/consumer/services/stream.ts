/**
 * Kinesis's and Firehose's PutRecord.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecord.html
 */
import { randomUUID } from 'node:crypto';
import { jsonBody, type ServiceAnswer } from '../../services/call.ts';
import { type Asked, ofKind, type Resource } from '../asked.ts';
import { json, Refusal } from '../refusal.ts';

export interface ReceivedRecord {
  readonly data: string;
  /** Of Kinesis. */
  readonly partitionKey?: string;
}

export interface Stream {
  readonly kind: 'stream' | 'deliveryStream';
  readonly arn: string;
  readonly received: ReceivedRecord[];
}

export const createStream = (arn: string): Stream => ({ kind: 'stream', arn, received: [] });
export const createDeliveryStream = (arn: string): Stream => ({ kind: 'deliveryStream', arn, received: [] });

/** A stream's default. */
const MAX_RECORD = 1_048_576;
const MAX_FIREHOSE_RECORD = 1_024_000;

export function putRecord({ call, resourceOf, authorize }: Asked): ServiceAnswer {
  expectPutRecord(call.headers['x-amz-target'], 'Kinesis_20131202.PutRecord');
  const { StreamARN = '', Data = '', PartitionKey = '' } = (jsonBody(call) ?? {}) as Record<string, string>;
  authorize('kinesis:PutRecord', StreamARN);
  const stream = existing(resourceOf(StreamARN), 'stream', StreamARN);
  const data = Buffer.from(Data, 'base64');
  if (PartitionKey === '' || [...PartitionKey].length > 256)
    throw new Refusal(400, 'ValidationException', 'PartitionKey');
  if (data.length + Buffer.byteLength(PartitionKey) > MAX_RECORD)
    throw new Refusal(400, 'InvalidArgumentException', 'the record is larger than the stream takes');
  stream.received.push({ data: data.toString(), partitionKey: PartitionKey });
  return json({ ShardId: 'shardId-000000000000', SequenceNumber: String(stream.received.length) });
}

export function putToDeliveryStream({ call, accountId, resourceOf, authorize }: Asked): ServiceAnswer {
  expectPutRecord(call.headers['x-amz-target'], 'Firehose_20150804.PutRecord');
  const { DeliveryStreamName = '', Record } = (jsonBody(call) ?? {}) as {
    DeliveryStreamName?: string;
    Record?: { Data?: string };
  };
  const arn = `arn:aws:firehose:${call.region}:${accountId}:deliverystream/${DeliveryStreamName}`;
  authorize('firehose:PutRecord', arn);
  const stream = existing(resourceOf(arn), 'deliveryStream', arn);
  const data = Buffer.from(Record?.Data ?? '', 'base64');
  if (data.length > MAX_FIREHOSE_RECORD) throw new Refusal(400, 'ValidationException', 'Record.Data');
  stream.received.push({ data: data.toString() });
  return json({ RecordId: randomUUID() });
}

function expectPutRecord(target: string | undefined, expected: string): void {
  if (target !== expected) throw new Refusal(400, 'UnknownOperationException', `no ${target} here`);
}

function existing(found: Resource | undefined, kind: Stream['kind'], arn: string): Stream {
  const stream = ofKind<Stream>(found, kind);
  if (stream) return stream;
  throw new Refusal(400, 'ResourceNotFoundException', `${arn} not found`);
}

import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from './dynamo.ts';

/** The cheapest request that shows whether a part answers this function. Each throws when it does not. */
const sqs = new SQSClient({ maxAttempts: 1, useQueueUrlAsEndpoint: false });
const s3 = new S3Client({ maxAttempts: 1 });

export async function probeTable(table: string): Promise<void> {
  await dynamo.send(new GetCommand({ TableName: table, Key: { pk: 'probe', sk: 'probe' } }));
}

export async function probeQueue(url: string): Promise<void> {
  await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
}

export async function probeBucket(name: string): Promise<void> {
  await s3.send(new HeadBucketCommand({ Bucket: name }));
}

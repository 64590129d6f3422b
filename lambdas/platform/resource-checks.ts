import { awsClient } from './aws/aws-client.ts';
import { dynamo } from './dynamo.ts';

/** The cheapest request that shows whether a part answers this function. Each throws when it does not. */
const sqs = awsClient('sqs', { tries: 1 });

export async function probeTable(table: string): Promise<void> {
  await dynamo.get({ TableName: table, Key: { pk: 'probe', sk: 'probe' } });
}

export async function probeQueue(url: string): Promise<void> {
  await sqs('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['QueueArn'] });
}

export async function probeBucket(name: string): Promise<void> {
  const { headBucket } = await import('./s3.ts');
  await headBucket(name);
}

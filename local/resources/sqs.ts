import { z } from 'zod';
import { ACCOUNT } from '../core/account.ts';
import type { Redrive } from '../services/sqs/queue.ts';
import { checkRegion, known, noted, type ResourceType, resourceType } from './resource.ts';
import type { World } from './world.ts';

/**
 * Ranges as SQS enforces them, and its defaults.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
 */
const queue = resourceType(
  {
    QueueName: z.string().max(80).optional(),
    DelaySeconds: z.number().int().min(0).max(900).default(0),
    MaximumMessageSize: z.number().int().min(1024).max(1_048_576).default(1_048_576),
    MessageRetentionPeriod: z.number().int().min(60).max(1_209_600).default(345_600),
    ReceiveMessageWaitTimeSeconds: z.number().int().min(0).max(20).default(0),
    VisibilityTimeout: z.number().int().min(0).max(43_200).default(30),
    RedrivePolicy: known({
      deadLetterTargetArn: z.string(),
      maxReceiveCount: z.number().int().min(1).max(1000),
    }).optional(),
    RedriveAllowPolicy: noted('which queues may name this one: the template names them').optional(),
    KmsMasterKeyId: z.string().optional(),
    KmsDataKeyReusePeriodSeconds: noted('how often the data key is renewed').optional(),
    SqsManagedSseEnabled: noted('encryption at rest: nothing to see on a laptop').optional(),
    Tags: noted('labels for bills').optional(),
  },
  (properties, { identity, world, sqsEndpoint }) => {
    const name = properties.QueueName ?? identity.defaultName;
    const arn = `arn:aws:sqs:${identity.region}:${ACCOUNT}:${name}`;
    const url = `${sqsEndpoint}/${ACCOUNT}/${name}`;
    const { RedrivePolicy, KmsMasterKeyId } = properties;
    const redrive = RedrivePolicy && redriveOf(world, RedrivePolicy);
    if (redrive) checkRegion(identity, redrive.deadLetters.arn, 'RedrivePolicy');
    world.sqs.createQueue({
      name,
      url,
      arn,
      visibilityTimeout: properties.VisibilityTimeout,
      delay: properties.DelaySeconds,
      maximumMessageSize: properties.MaximumMessageSize,
      retention: properties.MessageRetentionPeriod,
      receiveWait: properties.ReceiveMessageWaitTimeSeconds,
      redrive,
    });
    if (KmsMasterKeyId && !KmsMasterKeyId.startsWith('alias/aws/'))
      world.access.keys.set(arn, KmsMasterKeyId);
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
);

function redriveOf(
  { sqs }: World,
  { deadLetterTargetArn, maxReceiveCount }: { deadLetterTargetArn: string; maxReceiveCount: number },
): Redrive {
  const deadLetters = sqs.queueByArn(deadLetterTargetArn);
  if (!deadLetters) throw new Error(`RedrivePolicy: no queue ${deadLetterTargetArn}`);
  return { deadLetters, maxReceives: maxReceiveCount };
}

const queuePolicy = resourceType(
  { Queues: z.array(z.string()), PolicyDocument: z.unknown() },
  (properties, { identity, world }) => {
    for (const url of properties.Queues) {
      const arn = `arn:aws:sqs:${identity.region}:${ACCOUNT}:${url.split('/').at(-1)}`;
      world.access.addResourcePolicy(arn, properties.PolicyDocument, identity.logicalId);
    }
    return { ref: identity.defaultName };
  },
);

export const sqsTypes: Record<string, ResourceType> = {
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
};

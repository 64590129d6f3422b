import { z } from 'zod';
import { ACCOUNT } from '../core/account.ts';
import { checkRegion, known, noted, type ResourceType, resourceType } from './resource.ts';

/**
 * Ranges as SQS enforces them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
 */
const queue = resourceType(
  {
    QueueName: z.string().max(80).optional(),
    DelaySeconds: z.number().int().min(0).max(900).optional(),
    MaximumMessageSize: z.number().int().min(1024).max(1_048_576).optional(),
    MessageRetentionPeriod: z.number().int().min(60).max(1_209_600).optional(),
    ReceiveMessageWaitTimeSeconds: z.number().int().min(0).max(20).optional(),
    VisibilityTimeout: z.number().int().min(0).max(43_200).optional(),
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
    if (RedrivePolicy && !world.messaging.queueByArn(RedrivePolicy.deadLetterTargetArn)) {
      throw new Error(`RedrivePolicy: no queue ${RedrivePolicy.deadLetterTargetArn}`);
    }
    if (RedrivePolicy) checkRegion(identity, RedrivePolicy.deadLetterTargetArn, 'RedrivePolicy');
    const numbers = NUMBERS.flatMap((key) => {
      const value = properties[key];
      return value === undefined ? [] : [[key, String(value)] as const];
    });
    world.messaging.createQueue(name, url, arn, {
      ...Object.fromEntries(numbers),
      ...(RedrivePolicy && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
    });
    if (KmsMasterKeyId && !KmsMasterKeyId.startsWith('alias/aws/'))
      world.access.keys.set(arn, KmsMasterKeyId);
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
);

const NUMBERS = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
] as const;

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

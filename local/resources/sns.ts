import { z } from 'zod';
import { noted, type ResourceType, resourceType } from './resource.ts';

const topic = resourceType(
  {
    TopicName: z.string().max(256).optional(),
    KmsMasterKeyId: z.string().optional(),
    DisplayName: noted('for people').optional(),
    Tags: noted('labels for bills').optional(),
  },
  ({ TopicName, KmsMasterKeyId }, { identity, world }) => {
    const name = TopicName ?? identity.defaultName;
    const arn = world.sns.createTopic(name, identity.region);
    if (KmsMasterKeyId && !KmsMasterKeyId.startsWith('alias/aws/'))
      world.access.keys.set(arn, KmsMasterKeyId);
    return { ref: arn, attributes: { Arn: arn, TopicArn: arn, TopicName: name } };
  },
);

const topicPolicy = resourceType(
  { Topics: z.array(z.string()), PolicyDocument: z.unknown() },
  ({ Topics, PolicyDocument }, { identity, world }) => {
    for (const arn of Topics) world.access.addResourcePolicy(arn, PolicyDocument, identity.logicalId);
    return { ref: identity.defaultName };
  },
);

/** A laptop sends no mail and posts nothing: a published message is a line of the cloud's log. */
const subscription = resourceType(
  {
    TopicArn: z.string(),
    Protocol: z.enum(
      ['email', 'https'],
      'only subscriptions of people and of https endpoints are implemented',
    ),
    Endpoint: z.string(),
  },
  ({ TopicArn, Protocol, Endpoint }, { identity, world }) => {
    const endpoint = Protocol === 'email' ? z.email() : z.url({ protocol: /^https$/ });
    if (!endpoint.safeParse(Endpoint).success)
      throw new Error(`Endpoint: expected one of ${Protocol}, got ${Endpoint}`);
    if (!world.sns.hasTopic(TopicArn)) throw new Error(`no topic ${TopicArn}`);
    const arn = `${TopicArn}:${identity.logicalId}`;
    return { ref: arn, attributes: { Arn: arn } };
  },
);

export const snsTypes: Record<string, ResourceType> = {
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SNS::Subscription': subscription,
};

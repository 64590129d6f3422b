/** Budgets and chat channels: nothing here spends or talks, but what AWS would refuse is refused. */
import { z } from 'zod';
import { ACCOUNT } from '../core/account.ts';
import {
  type Created,
  known,
  noted,
  type ResourceType,
  resourceType,
  type Surroundings,
} from './resource.ts';

const subscriber = z.discriminatedUnion('SubscriptionType', [
  known({ SubscriptionType: z.literal('EMAIL'), Address: z.email() }),
  known({ SubscriptionType: z.literal('SNS'), Address: z.string().startsWith('arn:aws:sns:') }),
]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-budgets-budget.html */
const budget = resourceType(
  {
    Budget: known({
      BudgetName: z
        .string()
        .max(100)
        .regex(/^[^:\\]+$/, 'expected a name without : and \\')
        .optional(),
      BudgetType: z.enum(['COST', 'USAGE']),
      TimeUnit: z.enum(['DAILY', 'MONTHLY', 'QUARTERLY', 'ANNUALLY']),
      BudgetLimit: known({ Amount: z.union([z.number().positive(), z.string()]), Unit: z.string().min(1) }),
      CostFilters: z.record(z.string(), z.array(z.string()).min(1)).optional(),
      CostTypes: noted('nothing is spent here').optional(),
    }),
    NotificationsWithSubscribers: z
      .array(
        known({
          Notification: known({
            NotificationType: z.enum(['ACTUAL', 'FORECASTED']),
            ComparisonOperator: z.enum(['GREATER_THAN', 'LESS_THAN', 'EQUAL_TO']),
            Threshold: z.number().positive(),
            ThresholdType: z.enum(['PERCENTAGE', 'ABSOLUTE_VALUE']).optional(),
          }),
          Subscribers: z.array(subscriber).min(1).max(11),
        }),
      )
      .max(10)
      .optional(),
    ResourceTags: noted('labels for bills').optional(),
  },
  ({ NotificationsWithSubscribers = [] }, { identity, world }) => {
    for (const { Subscribers } of NotificationsWithSubscribers) {
      const topics = Subscribers.filter(({ SubscriptionType }) => SubscriptionType === 'SNS');
      if (topics.length > 1) throw new Error('Subscribers: expected at most one topic');
      const missing = topics.find(({ Address }) => !world.sns.hasTopic(Address));
      if (missing) throw new Error(`Subscribers: no topic ${missing.Address}`);
    }
    return { ref: identity.defaultName };
  },
);

const channel = {
  ConfigurationName: z
    .string()
    .max(128)
    .regex(/^[\w-]+$/),
  IamRoleArn: z.string().startsWith('arn:aws:iam:'),
  SnsTopicArns: z.array(z.string()).default([]),
  GuardrailPolicies: z.array(z.string()).optional(),
  LoggingLevel: z.enum(['ERROR', 'INFO', 'NONE']).optional(),
  UserRoleRequired: z.boolean().optional(),
  Tags: noted('labels for bills').optional(),
};

/** A channel of a chat that topics publish to. */
function createChannel(
  { SnsTopicArns, IamRoleArn }: { readonly SnsTopicArns: readonly string[]; readonly IamRoleArn: string },
  { identity, world }: Surroundings,
): Created {
  const missing = SnsTopicArns.find((arn) => !world.sns.hasTopic(arn));
  if (missing) throw new Error(`SnsTopicArns: no topic ${missing}`);
  if (!world.access.roles.has(IamRoleArn)) throw new Error(`IamRoleArn: no role ${IamRoleArn}`);
  const arn = `arn:aws:chatbot::${ACCOUNT}:chat-configuration/${identity.defaultName}`;
  return { ref: arn, attributes: { Arn: arn } };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Chatbot.html */
const slackChannel = resourceType(
  {
    ...channel,
    SlackChannelId: z.string().regex(/^[A-Za-z0-9]{1,255}$/),
    SlackWorkspaceId: z.string().regex(/^[0-9A-Z]{1,255}$/),
  },
  createChannel,
);

const teamsChannel = resourceType(
  {
    ...channel,
    TeamId: z.guid(),
    TeamsTenantId: z.guid(),
    TeamsChannelId: z.string().min(1),
    TeamsChannelName: z.string().optional(),
  },
  createChannel,
);

export const tellingTypes: Record<string, ResourceType> = {
  'AWS::Budgets::Budget': budget,
  'AWS::Chatbot::SlackChannelConfiguration': slackChannel,
  'AWS::Chatbot::MicrosoftTeamsChannelConfiguration': teamsChannel,
};

import { Validations } from 'aws-cdk-lib';
import { CfnMicrosoftTeamsChannelConfiguration, CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Receivers } from '../settings/notify.ts';
import type { Severity } from './alarm-table.ts';
import type { Watched, WatchedAtHome } from './watched.ts';

type Chat = NonNullable<Receivers['chat']>;

interface Channel<Named> {
  readonly named: Named;
  /** `page`, `ticket`, or both where one channel is for both. */
  readonly severities: readonly Severity[];
}

/**
 * Shows alarms in channels of Slack or Microsoft Teams (Amazon Q Developer in chat applications, once AWS Chatbot). AWS takes one
 * configuration for each channel, so home's has the topics of all AWS regions.
 */
export function createChat(scope: Construct, watched: Watched, home: WatchedAtHome): void {
  const { page, ticket } = watched.settings.notify;
  const slack = channels(page.chat?.slack, ticket.chat?.slack);
  const teams = channels(page.chat?.teams, ticket.chat?.teams);
  if (slack.length + teams.length === 0) return;
  const chat = new Construct(scope, 'Chat');
  const role = createRole(chat);
  const guardrail = ManagedPolicy.fromAwsManagedPolicyName('CloudWatchReadOnlyAccess');
  const topicArns = [watched.topicArns, ...home.topicArnsElsewhere()];
  const topicsOf = ({ severities }: Channel<unknown>): string[] =>
    severities.flatMap((severity) => topicArns.map((each) => each[severity]));
  const name = (kind: string, { severities }: Channel<unknown>): string =>
    `posthorn-${watched.environment}-${kind}-${severities.join('-')}`;
  for (const channel of slack) {
    new CfnSlackChannelConfiguration(chat, `Slack${channel.severities.join('')}`, {
      configurationName: name('slack', channel),
      slackWorkspaceId: channel.named.workspaceId,
      slackChannelId: channel.named.channelId,
      snsTopicArns: topicsOf(channel),
      iamRoleArn: role.roleArn,
      guardrailPolicies: [guardrail.managedPolicyArn],
    });
  }
  for (const channel of teams) {
    new CfnMicrosoftTeamsChannelConfiguration(chat, `Teams${channel.severities.join('')}`, {
      configurationName: name('teams', channel),
      teamsTenantId: channel.named.tenantId,
      teamId: channel.named.teamId,
      teamsChannelId: channel.named.channelId,
      snsTopicArns: topicsOf(channel),
      iamRoleArn: role.roleArn,
      guardrailPolicies: [guardrail.managedPolicyArn],
    });
  }
}

/** One channel where both severities name the same. */
function channels<Named extends NonNullable<Chat[keyof Chat]>>(
  page: Named | undefined,
  ticket: Named | undefined,
): readonly Channel<Named>[] {
  if (page && ticket && isSame(page, ticket)) return [{ named: page, severities: ['page', 'ticket'] }];
  return [
    ...(page ? [{ named: page, severities: ['page'] as const }] : []),
    ...(ticket ? [{ named: ticket, severities: ['ticket'] as const }] : []),
  ];
}

const isSame = (one: object, other: object): boolean =>
  Object.entries(one).every(([key, value]) => other[key as keyof typeof other] === value);

/**
 * What the channel may do: show the graph of an alarm. The guardrail holds whatever the role would allow; without one, AWS takes
 * AdministratorAccess.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/understanding-permissions.html
 */
function createRole(scope: Construct): Role {
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('chatbot.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData', 'cloudwatch:GetMetricWidgetImage'],
      resources: ['*'],
    }),
  );
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'metrics and their graphs are no resources of IAM, and AWS decides which alarms it asks for. All of it is reading',
  });
  return role;
}

import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { PosthornFunction } from '../../lib/constructs/function.ts';
import { type Settings, settingsOf } from '../../lib/settings/config.ts';
import type { Receivers } from '../../lib/settings/notify.ts';
import { environmentOf, refOf, resourcesOf } from '../helpers/synthesised.ts';

const notify: Settings['notify'] = {
  page: { emails: ['on-call@example.com'], urls: ['https://events.pager.example.com/integration/1/enqueue'] },
  ticket: { emails: ['operators@example.com', 'support@example.com'], urls: [] },
};
const { storage, pipeline } = environmentOf('prod', { notify });
const publisher = new PosthornFunction(pipeline, 'Publisher', {
  folder: 'dead-letter-writer',
  timeout: Duration.seconds(1),
  memoryMb: 128,
  environment: {},
  settings: { functionLogDays: 7, tracing: 'off' },
});
storage.alerts.allowPublish(publisher);
const all = [storage, pipeline].flatMap(resourcesOf);
const ofType = (type: string) =>
  all.filter((resource) => resource.type === type).map((each) => each.properties);

/** Statements in which CloudWatch may do something, in a policy. */
// biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema
const allowedToAlarms = ({ Statement }: any) =>
  // biome-ignore lint/suspicious/noExplicitAny: see above
  Statement.filter(({ Principal }: any) => Principal.Service === 'cloudwatch.amazonaws.com');

const ofThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

/** The topic of a severity, by what mails call it. */
const topicOf = (name: string) =>
  all.find(({ type, properties }) => type === 'AWS::SNS::Topic' && properties.DisplayName === name)!;

describe('alerts (A24, D6)', () => {
  it.each(['Posthorn alerts', 'Posthorn pages'])(
    'of “%s” have a topic, encrypted with a key that alarms may use',
    (name) => {
      expect(ofType('AWS::SNS::Topic').length).toBe(2);
      const [key] = all.filter(({ type }) => type === 'AWS::KMS::Key');
      expect(refOf(topicOf(name).properties.KmsMasterKeyId)).toBe(key!.id);
      expect(allowedToAlarms(key!.properties.KeyPolicy)).toEqual([
        expect.objectContaining({
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Condition: ofThisAccount,
        }),
      ]);
    },
  );

  it('come over TLS, and from alarms of this account', () => {
    const policies = ofType('AWS::SNS::TopicPolicy');
    expect(policies.length).toBe(2);
    for (const { PolicyDocument } of policies) {
      const { Statement } = PolicyDocument;
      expect(allowedToAlarms({ Statement })).toEqual([
        expect.objectContaining({ Effect: 'Allow', Action: 'sns:Publish', Condition: ofThisAccount }),
      ]);
      expect(Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });

  it('may be published by a function with the grant', () => {
    const policy = all.find(({ type, id }) => type === 'AWS::IAM::Policy' && id.startsWith('PublisherRole'));
    const [, publish, encrypt] = policy!.properties.PolicyDocument.Statement;
    expect(publish).toMatchObject({ Action: 'sns:Publish' });
    expect(encrypt).toMatchObject({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'] });
  });

  it('are mailed and posted to the addresses in the settings only, by severity', () => {
    const told = ofType('AWS::SNS::Subscription').map(({ Protocol, Endpoint, TopicArn }) => [
      refOf(TopicArn),
      Protocol,
      Endpoint,
    ]);
    const pages = topicOf('Posthorn pages').id;
    const tickets = topicOf('Posthorn alerts').id;
    expect(told.sort()).toEqual(
      [
        [pages, 'email', 'on-call@example.com'],
        [pages, 'https', 'https://events.pager.example.com/integration/1/enqueue'],
        [tickets, 'email', 'operators@example.com'],
        [tickets, 'email', 'support@example.com'],
      ].sort(),
    );
  });

  it('come from functions to the topic of tickets', () => {
    const named = all.flatMap(({ properties }) => properties.Environment?.Variables?.ALERTS_TOPIC_ARN ?? []);
    expect(named.length).toBeGreaterThan(4);
    for (const topic of named) expect(JSON.stringify(topic)).toMatch(/RefAlertsTopic/);
  });
});

describe('a budget (C10)', () => {
  const monitoring = { ...settingsOf('prod').monitoring, monthlyBudgetDollars: 250 };
  const environment = environmentOf('prod', { monitoring });
  const [budget, ...others] = resourcesOf(environment.monitoring[0]!)
    .filter(({ type }) => type === 'AWS::Budgets::Budget')
    .map(({ properties }) => properties);

  it('is of what the environment’s tag costs in a month', () => {
    expect(others).toEqual([]);
    expect(budget.Budget).toEqual({
      BudgetName: 'posthorn-prod',
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: 250, Unit: 'USD' },
      CostFilters: { TagKeyValue: ['user:posthorn:environment$prod'] },
    });
  });

  it('tells of what is spent and of what is foreseen, to the topic of tickets', () => {
    const told = budget.NotificationsWithSubscribers;
    expect(told.map(({ Notification }: { Notification: object }) => Notification)).toEqual(
      ['ACTUAL', 'FORECASTED'].map((NotificationType) => ({
        NotificationType,
        ComparisonOperator: 'GREATER_THAN',
        Threshold: 100,
        ThresholdType: 'PERCENTAGE',
      })),
    );
    for (const { Subscribers } of told) {
      expect(JSON.stringify(Subscribers)).toMatch(/RefAlertsTopic/);
      expect(Subscribers).toEqual([expect.objectContaining({ SubscriptionType: 'SNS' })]);
    }
  });

  it('may publish, and only where there is one', () => {
    const allowed = (resources: typeof all): string[] =>
      resources
        .filter(({ properties }) => JSON.stringify(properties).includes('budgets.amazonaws.com'))
        .map(({ type }) => type);
    expect(allowed(resourcesOf(environment.storage)).sort()).toEqual([
      'AWS::KMS::Key',
      'AWS::SNS::TopicPolicy',
    ]);
    expect(allowed(all)).toEqual([]);
    const none = environmentOf('prod').monitoring.flatMap(resourcesOf);
    expect(none.filter(({ type }) => type === 'AWS::Budgets::Budget')).toEqual([]);
  });
});

describe('channels of a chat', () => {
  const slack = { workspaceId: 'T0123ABCD', channelId: 'C0123PAGES' };
  const guid = '01234567-89ab-cdef-0123-456789abcdef';
  const teams = { tenantId: guid, teamId: guid, channelId: '19%3aab6ef%40thread.tacv2' };
  const chatOf = (page: Receivers['chat'], ticket: Receivers['chat'], changes: Partial<Settings> = {}) =>
    environmentOf('prod', {
      ...changes,
      notify: { page: { emails: [], urls: [], chat: page }, ticket: { emails: [], urls: [], chat: ticket } },
    }).monitoring.map((stack) => resourcesOf(stack).filter(({ type }) => /Chatbot|IAM/.test(type)));
  const topicsIn = (value: unknown): string[] =>
    [...JSON.stringify(value).matchAll(/Ref(Alerts|Pages)Topic/g)].map(([, name]) => name!);

  it('are not there unless settings name one', () => {
    expect(chatOf(undefined, undefined)).toEqual([[]]);
  });

  it('are one for each severity, with its topic', () => {
    const [resources] = chatOf({ slack }, { slack: { ...slack, channelId: 'C0123OTHER' }, teams });
    const told = resources!.flatMap(({ type, properties }) =>
      type.includes('Chatbot') ? [[properties.ConfigurationName, topicsIn(properties.SnsTopicArns)]] : [],
    );
    expect(told).toEqual([
      ['posthorn-prod-slack-page', ['Pages']],
      ['posthorn-prod-slack-ticket', ['Alerts']],
      ['posthorn-prod-teams-ticket', ['Alerts']],
    ]);
  });

  it('are one where both severities name the same, since AWS takes no second one', () => {
    const [resources] = chatOf({ slack, teams }, { slack, teams });
    const told = resources!.flatMap(({ type, properties }) =>
      type.includes('Chatbot') ? [[properties.ConfigurationName, topicsIn(properties.SnsTopicArns)]] : [],
    );
    expect(told).toEqual([
      ['posthorn-prod-slack-page-ticket', ['Pages', 'Alerts']],
      ['posthorn-prod-teams-page-ticket', ['Pages', 'Alerts']],
    ]);
  });

  it('show the alarms of all AWS regions', () => {
    const [home, further] = chatOf({ slack }, undefined, {
      homeRegion: 'us-east-1',
      dispatchRegions: [{ awsRegion: 'eu-central-1', serves: ['eu'] }],
    });
    expect(further).toEqual([]);
    const [channel] = home!.filter(({ type }) => type.includes('Chatbot'));
    const arns = JSON.stringify(channel!.properties.SnsTopicArns);
    expect(arns).toMatch(/posthorn-prod-storage.*posthorn-prod-queues-eu-central-1/);
    expect(topicsIn(arns)).toEqual(['Pages', 'Pages']);
  });

  it('may look at alarms and metrics, and at nothing else', () => {
    const [resources] = chatOf({ slack }, { teams });
    for (const { type, properties } of resources!) {
      if (type.includes('Chatbot'))
        expect(JSON.stringify(properties.GuardrailPolicies)).toContain(
          ':iam::aws:policy/CloudWatchReadOnlyAccess',
        );
      if (type === 'AWS::IAM::Role')
        expect(JSON.stringify(properties.AssumeRolePolicyDocument)).toContain('chatbot.amazonaws.com');
      if (type === 'AWS::IAM::Policy')
        expect(properties.PolicyDocument.Statement).toEqual([
          {
            Effect: 'Allow',
            Action: [
              'cloudwatch:DescribeAlarms',
              'cloudwatch:GetMetricData',
              'cloudwatch:GetMetricWidgetImage',
            ],
            Resource: '*',
          },
        ]);
    }
    expect(resources!.map(({ type }) => type).sort()).toEqual([
      'AWS::Chatbot::MicrosoftTeamsChannelConfiguration',
      'AWS::Chatbot::SlackChannelConfiguration',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
    ]);
  });
});

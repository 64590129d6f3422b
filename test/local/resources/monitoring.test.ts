import { describe, expect, it } from 'vitest';
import type { MetricValue } from '../../../local/cloud.ts';
import type { Json, Resource } from '../../../local/template/template.ts';
import { arnOf, assembly, lambda, ref, resource, role, start } from '../fixtures.ts';

type Properties = Record<string, Json>;

const topic = resource('AWS::SNS::Topic');
const single: Properties = {
  Namespace: 'Own',
  MetricName: 'Errors',
  Period: 60,
  Statistic: 'Sum',
  EvaluationPeriods: 5,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
};
const stat = (Id: string, more: Properties = {}, metric: Properties = {}): Json => ({
  Id,
  MetricStat: {
    Metric: { Namespace: 'Own', MetricName: 'Errors' },
    Period: 60,
    Stat: 'Sum',
    ...metric,
  },
  ReturnData: false,
  ...more,
});
const math = (...Metrics: Json[]): Properties => {
  const { Namespace, MetricName, Period, Statistic, ...rest } = single;
  return { ...rest, Metrics };
};
const rate: Json = { Id: 'rate', Expression: 'a / b', ReturnData: true };

const alarm = (properties: Properties): Resource => resource('AWS::CloudWatch::Alarm', properties);
const composite = (AlarmRule: Json, more: Properties = {}): Resource =>
  resource('AWS::CloudWatch::CompositeAlarm', { AlarmRule, ...more });
const dashboard = (body: object): Resource =>
  resource('AWS::CloudWatch::Dashboard', { DashboardBody: JSON.stringify(body) });
const widget = (metrics: Json, more: object = {}): object => ({
  type: 'metric',
  properties: { region: 'us-east-1', metrics, ...more },
});

const deploy = (resources: Record<string, Resource>) => start(assembly({ Topic: topic, ...resources }));

describe('what CloudWatch watches', () => {
  it('is deployed: alarms, rules over them, dashboards, queries, budgets and channels', async () => {
    const cloud = await deploy({
      Single: alarm({ ...single, AlarmActions: [ref('Topic')] }),
      Math: alarm(math(stat('a'), stat('b'), rate)),
      Both: composite({ 'Fn::Join': ['', ['ALARM("', arnOf('Single'), '") OR ALARM(', ref('Math'), ')']] }),
      Board: dashboard({
        widgets: [
          { type: 'text', properties: { markdown: '# It works' } },
          widget([
            ['Own', 'Errors', 'Lane', 'slow', { id: 'a', stat: 'Sum' }],
            ['.', 'Calls', '.', '.'],
            ['...', 'bulk'],
            [{ expression: 'a / 60', label: 'a second' }],
          ]),
        ],
      }),
      Logs: resource('AWS::Logs::LogGroup'),
      Query: resource('AWS::Logs::QueryDefinition', {
        Name: 'own/errors',
        QueryString: 'filter level = "WARN"',
        LogGroupNames: [ref('Logs')],
      }),
      Names: resource('AWS::SSM::Parameter', { Type: 'String', Value: 'a|b' }),
      Second: resource('AWS::Logs::LogGroup', {
        LogGroupName: { 'Fn::Select': [1, { 'Fn::Split': ['|', { 'Fn::GetAtt': ['Names', 'Value'] }] }] },
      }),
      Budget: resource('AWS::Budgets::Budget', {
        Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 100, Unit: 'USD' } },
        NotificationsWithSubscribers: [
          {
            Notification: { NotificationType: 'ACTUAL', ComparisonOperator: 'GREATER_THAN', Threshold: 80 },
            Subscribers: [
              { SubscriptionType: 'SNS', Address: ref('Topic') },
              { SubscriptionType: 'EMAIL', Address: 'ops@example.com' },
            ],
          },
        ],
      }),
      Role: role(),
      Chat: resource('AWS::Chatbot::SlackChannelConfiguration', {
        ConfigurationName: 'alerts',
        IamRoleArn: arnOf('Role'),
        SlackChannelId: 'C0123456789',
        SlackWorkspaceId: 'T0123456789',
        SnsTopicArns: [ref('Topic')],
      }),
    });
    expect(cloud.resource('Second').physicalId).toBe('b');
    expect(cloud.resource('Both').arn).toBe('arn:aws:cloudwatch:us-east-1:000000000000:alarm:app-Both');
  });

  const refused: readonly [what: string, resources: Record<string, Resource>, error: RegExp][] = [
    [
      'a parameter of more than 4 KB',
      { A: resource('AWS::SSM::Parameter', { Type: 'String', Value: 'x'.repeat(4097) }) },
      /4096/,
    ],
    ['an unknown property', { A: alarm({ ...single, Treshold: 1 }) }, /unknown property Treshold/],
    ['a period of 45 seconds', { A: alarm({ ...single, Period: 45 }) }, /a multiple of 60/],
    [
      'more than a day of minutes',
      { A: alarm({ ...single, EvaluationPeriods: 1441 }) },
      /at most 86400 seconds/,
    ],
    [
      'more than a week of hours',
      { A: alarm({ ...single, Period: 3600, EvaluationPeriods: 169 }) },
      /at most 604800 seconds/,
    ],
    ['6 of 5 datapoints', { A: alarm({ ...single, DatapointsToAlarm: 6 }) }, /at most EvaluationPeriods/],
    [
      'two statistics',
      { A: alarm({ ...single, ExtendedStatistic: 'p99' }) },
      /Statistic or ExtendedStatistic/,
    ],
    [
      'a percentile that is none',
      { A: alarm({ ...single, ExtendedStatistic: 'p101' }) },
      /ExtendedStatistic/,
    ],
    [
      'a metric beside metrics',
      { A: alarm({ ...math(stat('a'), stat('b'), rate), Unit: 'Count' }) },
      /Unit: /,
    ],
    [
      'two results',
      { A: alarm(math(stat('a', { ReturnData: true }), stat('b'), rate)) },
      /expected one with ReturnData, got 2/,
    ],
    ['no result', { A: alarm(math(stat('a'))) }, /expected one with ReturnData, got 0/],
    [
      'eleven metrics',
      { A: alarm(math(...Array.from({ length: 11 }, (_, n) => stat(`m${n}`)), rate)) },
      /expected at most 10, got 11/,
    ],
    [
      'two periods',
      { A: alarm(math(stat('a', {}, { Period: 300 }), stat('b'), rate)) },
      /expected one period/,
    ],
    [
      'a search',
      { A: alarm(math(stat('a'), { Id: 'all', Expression: "SUM(SEARCH('{Own}', 'Sum', 60))" })) },
      /can't SEARCH/,
    ],
    ['an id with a capital', { A: alarm(math(stat('A', { ReturnData: true }))) }, /lower-case letter/],
    ['one id twice', { A: alarm(math(stat('a'), stat('a'), rate)) }, /ids repeat/],
    [
      'an action that is no topic',
      { A: alarm({ ...single, OKActions: ['arn:aws:sns:us-east-1:1:gone'] }) },
      /gone/,
    ],
    [
      'one name twice',
      { A: alarm({ ...single, AlarmName: 'x' }), B: alarm({ ...single, AlarmName: 'x' }) },
      /taken/,
    ],
    ['a rule about an alarm that is not there', { A: composite('ALARM("gone")') }, /no alarm gone/],
    ['a rule that is none', { A: composite('ALARM("a") OR') }, /expected a state of an alarm/],
    ['a rule with an unknown word', { A: composite('RINGS("a")') }, /nothing known begins/],
    ['an unknown widget', { A: dashboard({ widgets: [{ type: 'chart', properties: {} }] }) }, /type/],
    ['an unknown property of a widget', { A: dashboard({ widgets: [widget([], { titel: 'x' })] }) }, /titel/],
    [
      'half a dimension',
      { A: dashboard({ widgets: [widget([['Own', 'Errors', 'Lane']])] }) },
      /pairs of dimensions/,
    ],
    [
      'dots with nothing above',
      { A: dashboard({ widgets: [widget([['.', 'Errors']])] }) },
      /pairs of dimensions/,
    ],
    [
      'a widget over the edge',
      { A: dashboard({ widgets: [{ ...widget([]), x: 20, width: 6 }] }) },
      /column 26/,
    ],
    [
      'an alarm that is not there on a dashboard',
      { A: dashboard({ widgets: [{ type: 'alarm', properties: { alarms: ['arn:aws:cloudwatch:gone'] } }] }) },
      /no alarm/,
    ],
    [
      'a saved query of a log group that is not there',
      { A: resource('AWS::Logs::QueryDefinition', { Name: 'a', QueryString: 'b', LogGroupNames: ['gone'] }) },
      /no log group gone/,
    ],
    [
      'a budget of nothing',
      {
        A: resource('AWS::Budgets::Budget', {
          Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 0, Unit: 'USD' } },
        }),
      },
      /BudgetLimit/,
    ],
    [
      'a subscription without TLS',
      {
        A: resource('AWS::SNS::Subscription', {
          TopicArn: ref('Topic'),
          Protocol: 'https',
          Endpoint: 'http://example.com',
        }),
      },
      /expected one of https/,
    ],
  ];
  it.each(refused)('is refused: %s', async (_, resources, error) => {
    await expect(deploy(resources)).rejects.toThrow(error);
  });
});

describe('what CloudWatch counts', () => {
  const code = {
    fn: `export const handler = async ({ how, line }) => {
      if (how === 'throw') throw new TypeError('broken on purpose');
      if (how === 'hang') await new Promise(() => {});
      if (how === 'exit') process.exit(1);
      process.stdout.write(line + '\\n');
    };`,
  };
  const filter = (FilterPattern: string, more: object = {}): Resource =>
    resource('AWS::Logs::MetricFilter', {
      LogGroupName: ref('Logs'),
      FilterPattern,
      MetricTransformations: [
        {
          MetricName: 'FunctionErrors',
          MetricNamespace: 'Own/local',
          MetricValue: '1',
          Unit: 'Count',
          ...more,
        },
      ],
    });
  const FAILED = '{ ($.type = "platform.report") && ($.record.status != "success") }';

  async function counting(filters: Record<string, Resource>) {
    const values: MetricValue[] = [];
    const LoggingConfig = { LogFormat: 'JSON', SystemLogLevel: 'WARN', LogGroup: ref('Logs') };
    const cloud = await start(
      assembly(
        {
          Logs: resource('AWS::Logs::LogGroup'),
          Role: role(),
          Fn: lambda('fn', 'Role', { Timeout: 1, LoggingConfig }),
          ...filters,
        },
        code,
      ),
      { measure: (value) => values.push(value) },
    );
    const fn = cloud.functions.get('Fn')!;
    return { cloud, values, run: (event: object) => fn.invokeText(JSON.stringify(event)) };
  }

  it('is what functions embed, and nothing of a line that breaks a rule', async () => {
    const { cloud, values, run } = await counting({});
    const metrics = {
      Timestamp: 1,
      CloudWatchMetrics: [{ Namespace: 'Own', Dimensions: [[]], Metrics: [{ Name: 'n' }] }],
    };
    await run({ line: JSON.stringify({ _aws: metrics, n: 4 }) });
    await run({ line: JSON.stringify({ _aws: metrics, n: 'four' }) });
    expect(values).toEqual([{ namespace: 'Own', name: 'n', dimensions: {}, unit: 'None', value: 4, at: 1 }]);
    expect(cloud.lines.filter(({ text }) => text.startsWith('NoMetric'))).toHaveLength(1);
  });

  it('is each invocation that throws, ends its process or takes too long', async () => {
    const { cloud, values, run } = await counting({ Failed: filter(FAILED) });
    for (const how of ['print', 'throw', 'exit', 'hang']) await run({ how, line: '{}' });
    expect(values).toHaveLength(3);
    expect(values[0]).toMatchObject({
      namespace: 'Own/local',
      name: 'FunctionErrors',
      dimensions: {},
      unit: 'Count',
      value: 1,
    });
    const reports = cloud.lines
      .filter(({ text }) => text.includes('"platform.'))
      .map(({ text }) => JSON.parse(text) as { type: string; record: { status: string; errorType: string } })
      .map(({ type, record }) => [type, record.status, record.errorType]);
    expect(reports).toEqual(
      [
        ['error', 'TypeError'],
        ['failure', 'Runtime.ExitError'],
        ['timeout', 'Sandbox.Timedout'],
      ].flatMap((ending) => [
        ['platform.runtimeDone', ...ending],
        ['platform.report', ...ending],
      ]),
    );
  });

  const line = '{"level":"WARN","size":3,"at":{"lane":"slow"}}';
  it.each([
    ['{ $.level = "WARN" }', true],
    ['{ $.level = "W*" }', true],
    ['{ $.level = "warn" }', false],
    ['{ $.level != "INFO" }', true],
    ['{ $.gone != "INFO" }', false],
    ['{ $.at.lane = "slow" && $.size >= 3 }', true],
    ['{ $.at.lane = "bulk" || $.size > 3 }', false],
    ['{ $.size = 3 && ($.at.lane = "bulk" || $.level = "WARN") }', true],
    ['{ $.size = "3" }', false],
  ])('is what a filter finds: %s %s', async (pattern, found) => {
    const { values, run } = await counting({ Filter: filter(pattern) });
    await run({ line });
    expect(values).toHaveLength(Number(found));
  });

  it('is the default of a line that no filter finds', async () => {
    const { values, run } = await counting({ Filter: filter('{ $.size = 4 }', { DefaultValue: 0 }) });
    await run({ line });
    expect(values.map(({ value }) => value)).toEqual([0]);
  });

  it.each([
    ['"WARN', /nothing known begins/],
    ['{ $.level }', /expected a value/],
    ['{ $.level (1) }', /expected a comparison/],
    ['{ $.level = "WARN" ', /expected \}/],
    ['{ $.level > "WARN" }', /expected a value, after = or !=/],
    ['{ $.level IS ODD }', /expected an operator/],
    ['{ $.level = "WARN" && }', /expected a field/],
  ])('is nothing by a pattern that is none: %s', async (pattern, error) => {
    await expect(counting({ Filter: filter(pattern) })).rejects.toThrow(error);
  });
});

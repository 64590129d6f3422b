import { readFileSync } from 'node:fs';
import type { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { DEATH_REASONS } from '../../../lambdas/delivery/delivery.ts';
import { LANES } from '../../../lambdas/endpoint-health/lane.ts';
import {
  METRIC_NAMESPACE,
  METRICS,
  type MetricDeclaration,
  type MetricName,
} from '../../../lambdas/platform/metric-names.ts';
import { ALARMS } from '../../../lib/monitoring/alarm-table.ts';
import { counted } from '../../../lib/monitoring/dashboard/series.ts';
import { ENVIRONMENT_NAMES, settingsOf } from '../../../lib/settings/config.ts';
import { type Drawn, drawnBy, readDashboard, type Widget } from '../../../local/resources/dashboard-body.ts';
import { evaluated, idsIn, type Series } from '../../helpers/cloudwatch/metric-math.ts';
import { EACH_SOURCE } from '../../helpers/each-source.ts';
import { readMarkdown } from '../../helpers/markdown.ts';
import { environmentOf, resourcesOf } from '../../helpers/synthesised.ts';

const runbookUrl = 'https://git.example.com/posthorn/docs/runbook.md';
const dispatchRegions = [{ awsRegion: 'eu-central-1', serves: ['eu'] }];
const monitoring = { ...settingsOf('prod').monitoring, runbookUrl };
const settings = {
  account: '123456789012',
  homeRegion: 'us-east-1',
  dispatchRegions,
  monitoring,
  sources: EACH_SOURCE,
};
const environment = environmentOf('prod', settings);
const [home, europe] = environment.monitoring.map(dashboardOf) as [Shown, Shown];

interface Shown {
  readonly name: string;
  readonly bytes: number;
  readonly widgets: readonly Widget[];
  readonly lines: readonly Drawn[];
  /** `namespace metric key=value …` of each metric. */
  readonly metrics: ReadonlySet<string>;
  readonly texts: readonly string[];
}

function dashboardOf(stack: Stack): Shown {
  const found = resourcesOf(stack).filter(({ type }) => type === 'AWS::CloudWatch::Dashboard');
  expect(found).toHaveLength(1);
  const { DashboardName, DashboardBody } = found[0]!.properties;
  const body = textOf(DashboardBody);
  const widgets = readDashboard(body);
  const lines = widgets.flatMap(drawnBy);
  return {
    name: DashboardName,
    bytes: Buffer.byteLength(body),
    widgets,
    lines,
    metrics: new Set(lines.flatMap(nameOf)),
    texts: widgets.flatMap((widget) => (widget.type === 'text' ? widget.properties.markdown : [])),
  };
}

/** A template's text, with what AWS fills in by the name of the output or parameter. */
// biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema
function textOf(value: any): string {
  if (typeof value === 'string') return value;
  const joined = value['Fn::Join'];
  if (joined) return joined[1].map(textOf).join(joined[0]);
  if (value.Ref === 'AWS::Region') return 'us-east-1';
  const [id, attribute] = value['Fn::GetAtt'] ?? [];
  if (attribute === 'Arn') return `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${id}`;
  return value['Fn::GetStackOutput']?.OutputName ?? id ?? value.Ref;
}

function nameOf(line: Drawn): string | never[] {
  if (line.kind === 'expression') return [];
  const dimensions = Object.entries(line.dimensions).map(([key, value]) => `${key}=${value}`);
  return [line.namespace, line.name, ...dimensions].join(' ');
}

const idsOf = (stack: Stack, type: string): string[] =>
  resourcesOf(stack)
    .filter((each) => each.type === type)
    .map(({ id }) => id);

/** The metrics that are shown of a resource, by its logical id in the names of outputs. */
const shownOf = ({ lines }: Shown, id: string): string[] =>
  lines.flatMap((line) =>
    line.kind === 'metric' && Object.values(line.dimensions).some((value) => value.includes(id))
      ? line.name
      : [],
  );

/** What dispatch and the dead-letter writer emit, which run in each AWS region. */
const EVERYWHERE: readonly MetricName[] = [
  'Attempts',
  'FailedAttempts',
  'FirstAttempts',
  'Recorded',
  'Dead',
  'Delivered',
  'Retried',
  'Reconnected',
  'Parked',
  'Moved',
  'AnswerTime',
  'DeliveryLatency',
  'Superseded',
  'BreakerOpened',
  'BreakerClosed',
  'TargetsDisabled',
  'LiveUnsent',
  'Faults',
  'Quarantined',
  'UnreadableItems',
  'LoopsStopped',
];

const declared = Object.keys(METRICS) as MetricName[];

/** Each set of dimensions that a metric has. */
function seriesOf(name: MetricName): string[] {
  const { by }: MetricDeclaration = METRICS[name];
  const shown = `${METRIC_NAMESPACE} ${name} Environment=prod`;
  if (by === 'Source') return Object.keys(EACH_SOURCE).map((kind) => `${shown} Source=${kind.toLowerCase()}`);
  if (by === 'Lane') return LANES.map((lane) => `${shown} Lane=${lane}`);
  return by === 'Reason'
    ? [...DEATH_REASONS, 'unknown'].map((reason) => `${shown} Reason=${reason}`)
    : [shown];
}

describe('the dashboard of an environment (K6, D13)', () => {
  it.each(declared)('shows %s, with its dimensions', (name) => {
    expect([...home.metrics]).toEqual(expect.arrayContaining(seriesOf(name)));
  });

  it('shows no metric that nothing emits, and none by other dimensions', () => {
    const known = new Set(declared.flatMap(seriesOf));
    for (const { metrics } of [home, europe]) {
      const own = [...metrics].filter((name) => name.startsWith(`${METRIC_NAMESPACE} `));
      expect(own.filter((name) => !known.has(name))).toEqual([]);
    }
  });

  it('refuses a metric by a dimension that it does not have', () => {
    const watched = { environment: 'prod' };
    expect(() => counted(watched, 'Delivered')).toThrow('expected Delivered by Lane, got nothing');
    expect(() => counted(watched, 'Faults', {}, { Lane: 'slow' })).toThrow(
      'expected Faults by nothing, got Lane',
    );
  });

  it('shows each queue: how much waits, is in work and delayed, and for how long', () => {
    const queues = idsOf(environment.pipeline, 'AWS::SQS::Queue');
    expect(queues).toHaveLength(10);
    for (const id of queues) {
      expect(shownOf(home, id), id).toEqual(
        expect.arrayContaining([
          'ApproximateAgeOfOldestMessage',
          'ApproximateNumberOfMessagesVisible',
          'ApproximateNumberOfMessagesNotVisible',
        ]),
      );
    }
  });

  it('shows each function: failures, throttles, duration, and how many run', () => {
    const ids = [environment.pipeline, environment.api].flatMap((stack) =>
      idsOf(stack, 'AWS::Lambda::Function').filter((id) => !id.startsWith('Custom')),
    );
    expect(ids.length).toBeGreaterThan(15);
    for (const id of ids) {
      expect(shownOf(home, id), id).toEqual(
        expect.arrayContaining(['Errors', 'Throttles', 'Duration', 'ConcurrentExecutions', 'Invocations']),
      );
    }
  });

  it('shows each table and index: throttles and consumed units', () => {
    const tables = resourcesOf(environment.storage).filter(({ type }) => type === 'AWS::DynamoDB::Table');
    expect(tables).toHaveLength(3);
    for (const { id, properties } of tables) {
      const indexes: { IndexName: string }[] = properties.GlobalSecondaryIndexes ?? [];
      for (const metric of ['ReadThrottleEvents', 'ConsumedWriteCapacityUnits']) {
        const shown = home.lines.flatMap((line) =>
          line.kind === 'metric' && line.name === metric && line.dimensions.TableName?.includes(id)
            ? (line.dimensions.GlobalSecondaryIndexName ?? 'the table')
            : [],
        );
        expect(new Set(shown)).toEqual(new Set(['the table', ...indexes.map(({ IndexName }) => IndexName)]));
      }
    }
  });

  it.each(['4xx', '5xx', 'Count', 'Latency', 'ConnectCount', 'ExecutionError'])(
    'shows %s of the APIs',
    (name) => {
      expect([...home.metrics]).toContainEqual(expect.stringMatching(`^AWS/ApiGateway ${name} ApiId=`));
    },
  );

  it('begins with who is to blame, then follows an event, then our parts, then the costs', () => {
    expect(home.texts.map((text) => text.split('\n')[0])).toEqual([
      '# Posthorn prod: is it us, or is it them?',
      expect.stringMatching(/^\*\*Us\*\*/),
      expect.stringMatching(/^\*\*Them\*\*/),
      '## Accepted and matched',
      '## Sources',
      '## Delivered, repeated, dead',
      '## Time to delivery, and time to an answer',
      '## Queues',
      '## Endpoints in trouble, and what waits for them',
      '## Faults of our own',
      '## Functions',
      '## Tables',
      '## The API',
      '## Live channel',
      '## In the background',
      '## What it costs',
    ]);
  });

  it('tells on the first screen, of 18 rows, what fails of ours and how endpoints do', () => {
    const first = home.widgets.filter(({ y = 0, height = 0 }) => y + height <= 18);
    const shown = new Set(first.flatMap(drawnBy).flatMap(nameOf));
    for (const name of ['Faults', 'EventsDead', 'PromptLatency', 'FirstAttempts', 'TargetsFailing'] as const)
      expect([...shown]).toContain(seriesOf(name)[0]);
  });
});

describe('the dashboard of a further AWS region (K6, D11)', () => {
  it('shows what is emitted there, and nothing else', () => {
    const own = [...europe.metrics].filter((name) => name.startsWith(`${METRIC_NAMESPACE} `));
    expect(own.sort()).toEqual(EVERYWHERE.flatMap(seriesOf).sort());
  });

  it('shows its queues and functions', () => {
    const [region] = environment.regions;
    const ids = [
      ...idsOf(region!.queues, 'AWS::SQS::Queue'),
      ...idsOf(region!.dispatch, 'AWS::Lambda::Function'),
    ];
    expect(ids).toHaveLength(6 + 5);
    for (const id of ids) expect(shownOf(europe, id), id).not.toEqual([]);
  });

  it('has a name of its own, since names are of the whole account', () => {
    expect([home.name, europe.name]).toEqual(['posthorn-prod', 'posthorn-prod-eu-central-1']);
  });
});

describe.each([
  ['at home', home],
  ['in a further AWS region', europe],
])('a dashboard %s (K6)', (_, shown) => {
  it('stays within what CloudWatch takes, and small', () => {
    expect(shown.widgets.length).toBeLessThan(100);
    expect(shown.bytes).toBeLessThan(150_000);
  });

  it('has a title and a named axis on each graph, from zero', () => {
    for (const widget of shown.widgets) {
      if (widget.type !== 'metric') continue;
      const { title, view, yAxis } = widget.properties;
      expect(title).toMatch(/^[A-Z].{5,}/);
      if (view === 'timeSeries')
        expect(yAxis?.left, title).toMatchObject({ label: expect.any(String), min: 0 });
    }
  });

  it('names each line in plain words', () => {
    for (const widget of shown.widgets) {
      if (widget.type !== 'metric') continue;
      const rows = (widget.properties.metrics ?? []).map(
        (row) => row.at(-1) as { label?: string; visible?: boolean },
      );
      const labels = rows.filter(({ visible }) => visible !== false).map(({ label }) => label);
      expect(labels.every(Boolean), widget.properties.title).toBe(true);
      expect(new Set(labels).size, widget.properties.title).toBe(labels.length);
    }
  });

  it('chooses the colour of each line, since CloudWatch’s own red and orange would mean us and them', () => {
    for (const widget of shown.widgets) {
      if (widget.type !== 'metric') continue;
      const rows = (widget.properties.metrics ?? []).map(
        (row) => row.at(-1) as { color?: string; visible?: boolean },
      );
      const plain = rows.filter(({ visible, color }) => visible !== false && color === undefined);
      expect(plain, widget.properties.title).toEqual([]);
    }
  });

  it('adds up what a day costs, also where some of it was not used at all (D13)', () => {
    const costs = shown.widgets.find(
      (widget) => widget.type === 'metric' && widget.properties.title === 'Dollars a day, by service',
    )!;
    // A start alone is relative; with an end, an absolute time is documented.
    expect(costs.properties).toMatchObject({ start: '-P28D' });
    expect(costs.properties).not.toHaveProperty('end');
    const sums = drawnBy(costs).flatMap((line) => (line.kind === 'expression' ? [line.expression] : []));
    expect(sums.length).toBeGreaterThanOrEqual(3);
    for (const sum of sums) {
      for (const used of idsIn(sum)) {
        const scope = {
          times: [0],
          period: 86_400,
          metricIds: idsIn(sum),
          isAlarm: false,
          valueOf: (id: string) => new Map(id === used ? [[0, 1_000_000]] : []),
        };
        expect((evaluated(sum, scope) as Series).get(0), `${sum}, of ${used}`).toBeGreaterThan(0);
      }
    }
  });

  it('writes no number that metric math does not read', () => {
    const expressions = shown.lines.flatMap((line) => (line.kind === 'expression' ? line.expression : []));
    expect(expressions.length).toBeGreaterThan(5);
    for (const expression of expressions) {
      expect(expression).not.toMatch(/\de[-+]?\d/);
      // GetMetricData, MetricDataQuery: at most 2048 characters.
      expect(expression.length).toBeLessThan(2048);
    }
  });

  it('links to headings that the runbook has', () => {
    const { anchors } = readMarkdown(
      readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8'),
    );
    const links = shown.texts.flatMap((text) => readMarkdown(text).links);
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) {
      const [page, anchor] = link.split('#');
      expect(page).toBe(runbookUrl);
      expect(anchors).toContain(decodeURIComponent(anchor!));
    }
  });

  it('says in each section what it answers, in a sentence or two', () => {
    const sections = shown.texts.filter((text) => text.startsWith('## '));
    for (const text of sections) {
      const answer = text.split('\n')[1]!.split('Runbook:')[0]!;
      expect(answer).toMatch(/[.?]/);
      expect(answer.length, text).toBeLessThan(400);
    }
  });
});

describe('alarms on the dashboard (K6, D14)', () => {
  const linesOf = ({ widgets }: Shown) =>
    widgets.flatMap((widget) =>
      widget.type === 'metric' ? (widget.properties.annotations?.horizontal ?? []) : [],
    );
  const labelsOf = (shown: Shown) => linesOf(shown).map(({ label }) => label);

  it.each([
    ['home', 0, home],
    ['a further region', 1, europe],
  ] as const)('shows the states of all there are: %s', (_, index, shown) => {
    const stack = environment.monitoring[index]!;
    const made = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
      idsOf(stack, type),
    );
    const [states] = shown.widgets.flatMap((widget) => (widget.type === 'alarm' ? [widget] : []));
    expect(states!.properties.alarms.map((arn) => arn.split(':').at(-1)).sort()).toEqual(made.sort());
    expect(states!.y).toBeLessThan(3);
    // Those that ring come first.
    expect(states!.properties.sortBy).toBe('stateUpdatedTimestamp');
  });

  it('draws their thresholds over what they watch', () => {
    expect(linesOf(home)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ label: 'alarm SuccessLow', value: ALARMS.SuccessLow.threshold }),
        expect.objectContaining({ label: 'alarm ReleaseLate', value: ALARMS.ReleaseLate.threshold }),
        expect.objectContaining({
          label: 'alarm ConcurrencyNearLimit',
          value: 0.01 * ALARMS.ConcurrencyNearLimit.threshold * monitoring.accountConcurrency,
        }),
      ]),
    );
    expect(labelsOf(europe)).toContain('alarm Faults');
    expect(labelsOf(europe)).not.toContain('alarm ReleaseLate');
  });

  it('draws the thresholds that the settings have, and none of an alarm that is off', () => {
    const rows = { SuccessLow: { threshold: 99 }, ReleaseLate: { off: true } };
    const changed = environmentOf('dev', { monitoring: { ...settingsOf('dev').monitoring, rows } });
    const shown = dashboardOf(changed.monitoring[0]!);
    expect(linesOf(shown)).toContainEqual(expect.objectContaining({ label: 'alarm SuccessLow', value: 99 }));
    expect(labelsOf(shown)).not.toContain('alarm ReleaseLate');
  });

  it('shows none where there are none, nor what only they count', () => {
    const without = environmentOf('dev', { monitoring: { ...settingsOf('dev').monitoring, alarms: false } });
    const shown = dashboardOf(without.monitoring[0]!);
    expect(shown.widgets.some(({ type }) => type === 'alarm')).toBe(false);
    expect([...shown.metrics]).not.toContainEqual(expect.stringContaining('FunctionErrors'));
    expect([...home.metrics]).toContain('Posthorn/prod FunctionErrors');
  });
});

describe('the setting `monitoring.dashboard`', () => {
  it.each(ENVIRONMENT_NAMES)('is on in %s', (name) => {
    expect(environmentOf(name).monitoring.map((stack) => dashboardOf(stack).name)).toEqual([
      `posthorn-${name}`,
    ]);
  });

  it('leaves it out', () => {
    const { monitoring: stacks } = environmentOf('dev', {
      monitoring: { ...settingsOf('dev').monitoring, dashboard: false },
    });
    expect(stacks.flatMap((stack) => idsOf(stack, 'AWS::CloudWatch::Dashboard'))).toEqual([]);
  });

  it('names the runbook’s headings where its address is not known', () => {
    const [stack] = environmentOf('dev').monitoring;
    expect(dashboardOf(stack!).texts.join('\n')).toContain('docs/runbook.md: *Costs go up*');
  });
});

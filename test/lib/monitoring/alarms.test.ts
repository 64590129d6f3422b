import { describe, expect, it } from 'vitest';
import { activeAlarms } from '../../../lib/monitoring/active-alarms.ts';
import {
  ALARM_NAMES,
  ALARMS,
  type AlarmName,
  type AlarmRow,
  ENGINE,
} from '../../../lib/monitoring/alarm-table.ts';
import { NOT_COUNTED } from '../../../lib/monitoring/function-errors.ts';
import {
  ENVIRONMENT_NAMES,
  type EnvironmentName,
  type Settings,
  settingsOf,
} from '../../../lib/settings/config.ts';
import { EACH_SOURCE } from '../../helpers/each-source.ts';
import { resolvedStacks } from '../../helpers/resolved.ts';
import { environmentOf, resourcesOf } from '../../helpers/synthesised.ts';

type Monitoring = Settings['monitoring'];

const row = (name: AlarmName): AlarmRow => ALARMS[name];
/** Those that an environment without sources has. */
const COMMON = ALARM_NAMES.filter((name) => row(name).where !== 'sources');
const NO_SOURCES: Partial<Settings> = { sources: undefined };

// biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema
type Properties = any;

/** The name of the topic that an action names, in any stack: `Alerts`, `Pages`. */
const topicsOf = (actions: Properties[] = []): string[] =>
  actions.map(
    (action) => JSON.stringify(action).match(/Ref(Alerts|Pages)Topic/)?.[1] ?? JSON.stringify(action),
  );

/** Alarms of an environment's AWS regions, home's first. */
function alarmsOf(name: EnvironmentName, changes: Partial<Settings> = {}) {
  return environmentOf(name, changes).monitoring.map((stack) => {
    const resources = resourcesOf(stack);
    const ofType = (type: string) => resources.filter((each) => each.type === type);
    const short = ({ AlarmName: full }: Properties): string => full.replace(`posthorn-${name}-`, '');
    const alarms = new Map(
      ofType('AWS::CloudWatch::Alarm').map(({ properties }) => [short(properties), properties] as const),
    );
    const [engine] = ofType('AWS::CloudWatch::CompositeAlarm').map(({ properties }) => properties);
    const rule = JSON.stringify(engine?.AlarmRule ?? '');
    const ids = new Map(
      ofType('AWS::CloudWatch::Alarm').map(({ id, properties }) => [id, short(properties)]),
    );
    const children = [...rule.matchAll(/"Fn::GetAtt":\["(\w+)","Arn"\]/g)].map(([, id]) => ids.get(id!));
    const filters = ofType('AWS::Logs::MetricFilter').map(({ properties }) => properties);
    return { alarms, engine, children, filters };
  });
}

/** Without releases, which name alarms that have to be on. */
const monitoringOf = (changes: Partial<Monitoring>): Partial<Settings> => ({
  releases: undefined,
  monitoring: { ...settingsOf('prod').monitoring, ...changes },
});

const REGIONS: Partial<Settings> = {
  homeRegion: 'us-east-1',
  dispatchRegions: [
    { awsRegion: 'eu-central-1', serves: ['eu'] },
    { awsRegion: 'ap-south-1', serves: [] },
  ],
};

/** What CloudFormation has of an alarm whose row no settings change. */
function expectRow(name: AlarmName, properties: Properties): void {
  const { threshold, periods, missing, runbook, says, comparison, periodMinutes } = row(name);
  expect(properties).toMatchObject({
    Threshold: threshold,
    EvaluationPeriods: periods.of,
    DatapointsToAlarm: periods.breaching,
    TreatMissingData: missing === 'bad' ? 'breaching' : 'notBreaching',
    AlarmDescription: `${says} Runbook: docs/runbook.md, “${runbook}”`,
    ComparisonOperator: {
      '<': 'LessThanThreshold',
      '>': 'GreaterThanThreshold',
      '≥': 'GreaterThanOrEqualToThreshold',
    }[comparison],
  });
  const stats: Properties[] = properties.Metrics?.flatMap(({ MetricStat }: Properties) => MetricStat ?? []);
  const seconds = stats ? stats.map(({ Period }) => Period) : [properties.Period];
  expect(new Set(seconds)).toEqual(new Set([60 * periodMinutes]));
}

describe.each(ENVIRONMENT_NAMES)('the alarms of %s', (name) => {
  const [home, ...others] = alarmsOf(name, NO_SOURCES);

  it('are those of the table (D14)', () => {
    expect(others).toEqual([]);
    expect([...home!.alarms.keys()].sort()).toEqual([...COMMON].sort());
  });

  it.each(COMMON)('%s rings as its row says', (alarm) => expectRow(alarm, home!.alarms.get(alarm)));

  it.each(COMMON)('%s tells whom its severity says, or leaves it to the composite alarm', (alarm) => {
    const { rings, severity } = row(alarm);
    const { AlarmActions, OKActions } = home!.alarms.get(alarm);
    const isPage = rings === 'itself' && severity === 'page';
    const isTicket = rings === 'itself' && severity === 'ticket';
    expect(topicsOf(AlarmActions)).toEqual(isPage ? ['Pages'] : isTicket ? ['Alerts'] : []);
    // A pager resolves what is over. Nobody wants a second mail of a ticket.
    expect(topicsOf(OKActions)).toEqual(isPage ? ['Pages'] : []);
  });

  it('ring once for all that one cause of ours sets off', () => {
    const { engine, children } = home!;
    expect(engine.AlarmName).toBe(`posthorn-${name}-Engine`);
    expect(engine.AlarmDescription).toContain(ENGINE.runbook);
    expect(children.sort()).toEqual(ALARM_NAMES.filter((each) => row(each).rings === 'Engine').sort());
    expect([topicsOf(engine.AlarmActions), topicsOf(engine.OKActions)]).toEqual([['Pages'], ['Pages']]);
  });
});

describe('the table of alarms', () => {
  it.each(ALARM_NAMES)('%s says why, and is described within CloudWatch’s 1,024 characters', (name) => {
    const { because, missingBecause, says } = row(name);
    expect([because, missingBecause, says].every((text) => text.length > 20)).toBe(true);
    expect(says).toMatch(/^[A-Z].*\.$/);
    expect(Buffer.byteLength(says)).toBeLessThan(600);
  });

  it('lets only pages ring together: whoever is woken is woken once', () => {
    const together = ALARM_NAMES.filter((name) => row(name).rings === 'Engine');
    expect(together.map((name) => row(name).severity)).toEqual(together.map(() => 'page'));
  });

  it('has D14’s three, with floors on the two that are rates (D14)', () => {
    const [{ alarms }] = alarmsOf('prod') as [ReturnType<typeof alarmsOf>[number]];
    const expressions = (name: AlarmName) =>
      alarms.get(name).Metrics.flatMap(({ Expression }: Properties) => Expression ?? []);
    expect(expressions('SuccessLow')).toEqual([
      'IF(FILL(attempts, 0) >= 100, 100 * (1 - FILL(failed, 0) / attempts), 100)',
    ]);
    expect(expressions('DeliverySlow')).toEqual(['IF(FILL(delivered, 0) >= 50, average, 0)']);
    expect(alarms.get('TargetFailing')).toMatchObject({ MetricName: 'TargetsFailing', Threshold: 1 });
  });
});

describe('failed invocations', () => {
  const [home, further] = alarmsOf('prod', REGIONS);

  it('are counted by a filter for each function that no request of the API waits for', () => {
    const environment = environmentOf('prod');
    const [monitoring] = environment.monitoring;
    const groups = resourcesOf(monitoring!)
      .filter(({ type }) => type === 'AWS::Logs::MetricFilter')
      .map(({ properties }) => JSON.stringify(properties.LogGroupName).match(/Ref(\w+?)Logs/)![1]);
    const functions = [environment.pipeline, environment.api]
      .flatMap(resourcesOf)
      .filter(({ type, id }) => type === 'AWS::Lambda::Function' && /Function[0-9A-F]{8}$/.test(id))
      .map(({ id }) => id.replace(/Function[0-9A-F]{8}$/, ''));
    expect(functions).toEqual(expect.arrayContaining([...NOT_COUNTED]));
    expect(groups.sort()).toEqual(functions.filter((id) => !NOT_COUNTED.has(id)).sort());
  });

  it('are one metric of the environment, without dimensions', () => {
    for (const { filters, alarms } of [home!, further!]) {
      expect(filters.length).toBeGreaterThan(4);
      for (const { FilterPattern, MetricTransformations } of filters) {
        expect(FilterPattern).toBe('{ $.type = "platform.report" && $.record.status != "success" }');
        expect(MetricTransformations).toEqual([
          { MetricName: 'FunctionErrors', MetricNamespace: 'Posthorn/prod', MetricValue: '1' },
        ]);
      }
      const [, { MetricStat }] = alarms.get('FunctionErrors').Metrics;
      expect(MetricStat.Metric).toEqual({ Namespace: 'Posthorn/prod', MetricName: 'FunctionErrors' });
      expect(alarms.get('FunctionErrors').Dimensions).toBeUndefined();
    }
  });

  it('are not counted where no alarm asks for them', () => {
    const off = { FunctionErrors: { off: true } };
    expect(alarmsOf('prod', monitoringOf({ rows: off })).map(({ filters }) => filters)).toEqual([[]]);
  });
});

describe('settings of alarms', () => {
  const alarmWith = (rows: Monitoring['rows'], name: AlarmName) =>
    alarmsOf('prod', monitoringOf({ rows }))[0]!.alarms.get(name);

  it('change a threshold', () => {
    expect(alarmWith({ SuccessLow: { threshold: 90 } }, 'SuccessLow')).toMatchObject({ Threshold: 90 });
    expect(alarmWith({ SuccessLow: { threshold: 90 } }, 'Faults')).toMatchObject({ Threshold: 10 });
  });

  it.each<[string, AlarmName, Monitoring['rows'], string[]]>([
    ['a ticket to a page', 'SuccessLow', { SuccessLow: { severity: 'page' } }, ['Pages']],
    ['a page to a ticket', 'ApiErrors', { ApiErrors: { severity: 'ticket' } }, ['Alerts']],
    [
      'one that rings with others to a ticket of its own',
      'Faults',
      { Faults: { severity: 'ticket' } },
      ['Alerts'],
    ],
    [
      'one that something else tells of',
      'TargetFailing',
      { TargetFailing: { severity: 'ticket' } },
      ['Alerts'],
    ],
    ['nothing', 'Faults', { Faults: { severity: 'page' } }, []],
  ])('turn %s', (_, name, rows, topics) => {
    const [{ alarms, children }] = alarmsOf('prod', monitoringOf({ rows })) as [
      ReturnType<typeof alarmsOf>[number],
    ];
    expect(topicsOf(alarms.get(name).AlarmActions)).toEqual(topics);
    expect(children.includes(name)).toBe(row(name).rings === 'Engine' && topics.length === 0);
  });

  it('turn one off, and all that ring together', () => {
    const engine = Object.fromEntries(
      ALARM_NAMES.filter((name) => row(name).rings === 'Engine').map((name) => [name, { off: true }]),
    );
    const [{ alarms, engine: composite }] = alarmsOf(
      'prod',
      monitoringOf({ rows: { ...engine, Recovered: { off: true } } }),
    ) as [ReturnType<typeof alarmsOf>[number]];
    expect(composite).toBeUndefined();
    expect(alarms.has('Recovered')).toBe(false);
    expect(alarms.has('ApiErrors')).toBe(true);
  });

  it('turn all off, and the stack with them where there is no dashboard either', () => {
    expect(alarmsOf('prod', monitoringOf({ alarms: false, dashboard: false }))).toEqual([]);
    const [{ alarms, engine, filters }] = alarmsOf('prod', monitoringOf({ alarms: false })) as [
      ReturnType<typeof alarmsOf>[number],
    ];
    expect([alarms.size, engine, filters]).toEqual([0, undefined, []]);
  });

  it('put floors and the account’s concurrency into the expressions (D14)', () => {
    const [{ alarms }] = alarmsOf(
      'prod',
      monitoringOf({ floors: { attempts: 7, deliveries: 9 }, accountConcurrency: 3000 }),
    ) as [ReturnType<typeof alarmsOf>[number]];
    const text = (name: AlarmName) => JSON.stringify(alarms.get(name).Metrics);
    expect(text('SuccessLow')).toContain('FILL(attempts, 0) >= 7,');
    expect(text('DeliverySlow')).toContain('FILL(delivered, 0) >= 9,');
    expect(text('ConcurrencyNearLimit')).toContain('100 * claimed / 3000');
  });
});

describe('alarms of a further AWS region (D11)', () => {
  const [home, ...others] = alarmsOf('prod', REGIONS);

  it('are those about what is there', () => {
    expect([...home!.alarms.keys()].sort()).toEqual([...COMMON].sort());
    const there = ALARM_NAMES.filter((name) => row(name).where === 'each region').sort();
    expect(others.map(({ alarms }) => [...alarms.keys()].sort())).toEqual([there, there]);
  });

  it('watch its queues, and tell its own topics', () => {
    const [europe] = others;
    expect(JSON.stringify(europe!.alarms.get('OldestSlow').Dimensions)).toMatch(
      /posthorn-prod-queues-eu-central-1/,
    );
    expect(JSON.stringify(europe!.engine.AlarmActions)).toMatch(
      /posthorn-prod-queues-eu-central-1.*RefPagesTopic/,
    );
    expect(JSON.stringify(europe!.alarms.get('Quarantined').AlarmActions)).toMatch(
      /posthorn-prod-queues-eu-central-1.*RefAlertsTopic/,
    );
  });

  it('ring once there', () => {
    expect(others[0]!.children.sort()).toEqual(
      activeAlarms(settingsOf('prod'), 'further region')
        .flatMap(({ name, rings }) => (rings === 'Engine' ? [name] : []))
        .sort(),
    );
  });
});

describe('alarms of sources', () => {
  const [home] = alarmsOf('prod', { sources: EACH_SOURCE });
  const { alarms, children } = home!;
  const OF_SOURCES: readonly (readonly [string, AlarmName])[] = [
    ['SourceWaits-SqsOrders', 'SourceWaits'],
    ['SourceWaits-EventBridgeShopEvents', 'SourceWaits'],
    ['SourceWaits-EventBridgeEverything', 'SourceWaits'],
    ['SourceDeadLettersLeft', 'SourceDeadLettersLeft'],
    ['LogsFailing-LogsShop', 'LogsFailing'],
    ['TopicBehind-KafkaShop', 'TopicBehind'],
    ['TopicBehind-KafkaWarehouse', 'TopicBehind'],
  ];

  it('are there beside those of the table that each environment has (A8, B8)', () => {
    expect([...alarms.keys()].sort()).toEqual([...COMMON, ...OF_SOURCES.map(([id]) => id)].sort());
    expect(children.sort()).toEqual(COMMON.filter((name) => row(name).rings === 'Engine').sort());
  });

  it.each(OF_SOURCES.filter(([id]) => id !== 'TopicBehind-KafkaShop'))(
    '%s rings as the row %s says',
    (id, name) => {
      expectRow(name, alarms.get(id));
      expect(topicsOf(alarms.get(id).AlarmActions)).toEqual(['Alerts']);
    },
  );

  it('take a topic’s own bound from its source (B8)', () => {
    expect(alarms.get('TopicBehind-KafkaShop').Threshold).toBe(1000);
    const rows = { TopicBehind: { threshold: 7 } };
    const [changed] = alarmsOf('prod', { ...monitoringOf({ rows }), sources: EACH_SOURCE });
    const thresholdOf = (source: string) => changed!.alarms.get(`TopicBehind-${source}`).Threshold;
    expect([thresholdOf('KafkaShop'), thresholdOf('KafkaWarehouse')]).toEqual([1000, 7]);
  });

  it('watch what belongs to their source', () => {
    const named = resolvedStacks(environmentOf('prod', { sources: EACH_SOURCE }))
      .flatMap(({ resources }) => resources)
      .filter(
        ({ type, properties }) =>
          type === 'AWS::CloudWatch::Alarm' && /Source|Logs|Topic/.test(properties.AlarmName),
      )
      .map(({ properties }) => {
        const metrics = properties.Metrics?.flatMap(({ MetricStat }: Properties) => MetricStat?.Metric ?? []);
        return [properties.AlarmName, JSON.stringify(metrics ?? properties.Dimensions)] as const;
      });
    expect(named).toHaveLength(OF_SOURCES.length);
    for (const [id] of OF_SOURCES) {
      const [, watched] = named.find(([name]) => name === `posthorn-prod-${id}`)!;
      expect(watched).toContain(id.split('-')[1] ?? 'SourceDeadLetters');
    }
  });

  it('are for the kinds of source that there are', () => {
    const onlyOf = (kind: keyof typeof EACH_SOURCE) =>
      activeAlarms({ ...settingsOf('prod'), sources: { [kind]: EACH_SOURCE[kind] } }, 'home').flatMap(
        ({ name }) => (COMMON.includes(name) ? [] : [name]),
      );
    expect(onlyOf('sqs')).toEqual(['SourceWaits', 'SourceDeadLettersLeft']);
    expect(onlyOf('logs')).toEqual(['SourceDeadLettersLeft', 'LogsFailing']);
    expect(onlyOf('kafka')).toEqual(['SourceDeadLettersLeft', 'TopicBehind', 'TopicBehind']);
  });

  it('are in no further AWS region', () => {
    const there = activeAlarms({ ...settingsOf('prod'), sources: EACH_SOURCE }, 'further region');
    expect(there.map(({ name }) => name).filter((name) => !COMMON.includes(name))).toEqual([]);
  });
});

describe('what alarms cost', () => {
  /** As CloudWatch bills them: each metric in an alarm, each composite alarm. */
  const billed = (changes: Partial<Settings>) => {
    const all = alarmsOf('prod', changes);
    const alarms = all.flatMap((region) => [...region.alarms.values()]);
    return {
      metrics: alarms.reduce(
        (sum, { Metrics }) =>
          sum + (Metrics ? Metrics.filter(({ MetricStat }: Properties) => MetricStat).length : 1),
        0,
      ),
      composites: all.filter(({ engine }) => engine).length,
    };
  };

  it.each<[string, Partial<Settings>, ReturnType<typeof billed>]>([
    ['by default', {}, { metrics: 25, composites: 1 }],
    ['with two further regions', REGIONS, { metrics: 25 + 2 * 12, composites: 3 }],
    [
      'with some off',
      monitoringOf({ rows: { SuccessLow: { off: true }, Faults: { severity: 'ticket' } } }),
      { metrics: 23, composites: 1 },
    ],
    // A queue, two buses, lines of logs (two metrics), two clusters, and the dead-letter queue that they share.
    ['with sources', { sources: EACH_SOURCE }, { metrics: 25 + 1 + 2 + 2 + 2 + 1, composites: 1 }],
    [
      'with sources and two further regions',
      { ...REGIONS, sources: EACH_SOURCE },
      { metrics: 25 + 2 * 12 + 8, composites: 3 },
    ],
    ['with all off', monitoringOf({ alarms: false }), { metrics: 0, composites: 0 }],
  ])('is for so many metrics and composite alarms %s', (_, changes, expected) => {
    expect(billed(changes)).toEqual(expected);
  });

  it('is $6 a month at most with the dashboard, at list price', () => {
    const { metrics, composites } = billed({});
    const DASHBOARD = 3;
    expect(DASHBOARD + 0.1 * metrics + 0.5 * composites).toBeLessThanOrEqual(6);
  });
});

import {
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  type ConcreteWidget,
  type IAlarm,
} from 'aws-cdk-lib/aws-cloudwatch';
import { LANES } from '../../../lambdas/endpoint-health/lane.ts';
import { queryPrefix } from '../queries.ts';
import type { Watched } from '../watched.ts';
import { alarmLines } from './alarm-lines.ts';
import { errorsOfApi, ofFunctions } from './aws-lines.ts';
import { aside, MUCH, ours, theirs, WELL } from './colors.ts';
import { graphs, heading, numbers, textWidget, WIDTH } from './section.ts';
import { computed, counted, percentiles, sumOf } from './series.ts';
import { successRates } from './travel.ts';
import { targetsFailing } from './waiting.ts';

const HALF = WIDTH / 2;

/** The first screen: is it us, or is it them? */
export function glance(watched: Watched, alarms: readonly IAlarm[]): readonly (readonly ConcreteWidget[])[] {
  return [
    [top(watched)],
    ...(alarms.length > 0 ? [[alarmStates(alarms)]] : []),
    [textWidget(US, HALF, 1), textWidget(THEM, HALF, 1)],
    [
      numbers('Us, in the time shown', ourNumbers(watched), HALF),
      numbers('Them, in the time shown', theirNumbers(watched), HALF),
    ],
    graphs(...ourGraphs(watched), ...theirGraphs(watched)),
  ];
}

function top(watched: Watched) {
  const { environment, home } = watched;
  const place = home ? '' : 'From this AWS region alone; the rest is on the environment’s dashboard. ';
  return heading(
    watched,
    `# Posthorn ${environment}: is it us, or is it them?`,
    `${place}Red is ours, orange is theirs. Below, as an event travels. Saved queries are in Logs Insights, under ${queryPrefix(watched)}.`,
    ['An alarm rings: begin here', 'Where to look'],
  );
}

const US = '**Us**: what our own parts do. While we are well, failures are zero, and times as yesterday.';
const THEM =
  '**Them**: what endpoints answer. Where only this side looks bad, deliveries are repeated, and need nobody here.';

const ALARMS_IN_A_ROW = 6;

const alarmStates = (alarms: readonly IAlarm[]): AlarmStatusWidget =>
  new AlarmStatusWidget({
    title: 'Alarms',
    alarms: [...alarms],
    // What rings comes first. Without this, alarms are in the order of their names.
    sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
    width: WIDTH,
    height: 1 + Math.ceil(alarms.length / ALARMS_IN_A_ROW),
  });

const infrastructureDeaths = (watched: Watched) =>
  counted(
    watched,
    'Dead',
    { label: 'deliveries dead of infrastructure', color: ours(1) },
    { Reason: 'infrastructure' },
  );

const failedRuns = (watched: Watched) =>
  sumOf('failed', ofFunctions(watched, 'Errors', 'Sum'), { label: 'functions failed', color: ours(3) });

const throttledRuns = (watched: Watched) =>
  sumOf('throttled', ofFunctions(watched, 'Throttles', 'Sum'), {
    label: 'functions throttled',
    color: ours(5),
  });

const ourNumbers = (watched: Watched) => [
  ...(watched.home ? [counted(watched, 'Events', { label: 'events', color: MUCH })] : []),
  counted(watched, 'Faults', { label: 'faults', color: ours() }),
  infrastructureDeaths(watched),
  ...(watched.home
    ? [
        errorsOfApi({ ...watched, home: watched.home }, ours()),
        counted(watched, 'PromptLatency', { label: 'to delivery, p95, ms', color: MUCH, statistic: 'p95' }),
      ]
    : []),
];

const lanes = (watched: Watched, name: 'Delivered' | 'Retried', id: string, label: string, color: string) =>
  sumOf(
    id,
    LANES.map((Lane) => counted(watched, name, {}, { Lane })),
    { label, color },
  );

const theirNumbers = (watched: Watched) => [
  lanes(watched, 'Delivered', 'delivered', 'deliveries arrived', WELL),
  ...(watched.home
    ? successRates(watched).map((rate) => rate.with({ label: `${rate.label} succeed, %` }))
    : [lanes(watched, 'Retried', 'retried', 'attempts failed', theirs())]),
  counted(watched, 'BreakerOpened', { label: 'breakers opened', color: theirs() }),
  ...targetsFailing(watched, 'endpoints failing, at most'),
];

const ourGraphs = (watched: Watched) => [
  {
    title: 'Us: what fails',
    of: [
      counted(watched, 'Faults', { label: 'messages failed', color: ours() }),
      infrastructureDeaths(watched),
      failedRuns(watched),
      throttledRuns(watched),
      ...(watched.home
        ? [
            errorsOfApi({ ...watched, home: watched.home }, ours(2)),
            counted(watched, 'EventsDead', { label: 'events given up', color: ours(4) }),
          ]
        : []),
    ],
    axis: 'in 5 minutes',
  },
  {
    title: 'Us: time to delivery where the endpoint was well',
    of: watched.home
      ? percentiles((look) => counted(watched, 'PromptLatency', look))
      : percentiles((look) => counted(watched, 'DeliveryLatency', look, { Lane: 'standard' })),
    axis: 'milliseconds',
    lines: alarmLines(watched, 'DeliverySlow'),
  },
];

const theirGraphs = (watched: Watched) => [
  {
    title: 'Them: attempts that succeed',
    of: watched.home ? successRates(watched) : [regionalRate(watched)],
    axis: '% of attempts',
    max: 100,
    lines: alarmLines(watched, 'SuccessLow'),
  },
  {
    title: 'Them: endpoints in trouble',
    of: [
      ...targetsFailing(watched, 'failing now'),
      counted(watched, 'BreakerOpened', { label: 'breakers opened', color: theirs(1) }),
      counted(watched, 'BreakerClosed', { label: 'breakers closed', color: WELL }),
      counted(watched, 'TargetsDisabled', { label: 'disabled', color: aside() }),
    ],
    axis: 'endpoints',
  },
];

/** Attempts are on record at home. Here, dispatch counts what arrives and what it will try again. */
const regionalRate = (watched: Watched) => {
  const sum = (name: 'Delivered' | 'Retried', id: string) =>
    Object.fromEntries(LANES.map((Lane) => [`${id}${Lane}`, counted(watched, name, {}, { Lane })]));
  const [arrived, again] = [sum('Delivered', 'arrived'), sum('Retried', 'again')];
  const all = (of: object) => `SUM([${Object.keys(of).join(', ')}])`;
  return computed(
    `100 * ${all(arrived)} / (${all(arrived)} + FILL(${all(again)}, 0))`,
    { ...arrived, ...again },
    { label: 'arrived, of all that arrived or will be repeated', color: WELL },
  );
};

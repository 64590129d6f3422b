import { type AlarmRule, type AlarmState, alarmRule } from '../../../local/resources/alarm-rule.ts';
import { type EvaluationOptions, type MetricAlarm, metricAlarm } from './alarm.ts';
import { type MetricStore, MINUTE } from './store.ts';

/** An alarm of a template, in either form. */
export interface WatchedResource {
  readonly id: string;
  readonly type: string;
  readonly arn: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema
  readonly properties: any;
}

interface CompositeAlarm {
  readonly name: string;
  readonly rule: AlarmRule;
  readonly acts: boolean;
}

/** The alarms of one AWS region. */
export interface Alarms {
  readonly metric: readonly MetricAlarm[];
  readonly composite: readonly CompositeAlarm[];
  /** From a name or an ARN to the name. */
  readonly nameOf: (nameOrArn: string) => string;
}

/**
 * The alarms among the resources of a template.
 * @param shortName makes the name that tests use of the one in the template
 * @throws for what AWS refuses
 */
export function alarmsOf(
  resources: readonly WatchedResource[],
  shortName: (name: string) => string = (name) => name,
): Alarms {
  const named = resources
    .filter(({ type }) => type === ALARM || type === COMPOSITE)
    .map((each) => ({ ...each, name: shortName(each.properties.AlarmName ?? each.id) }));
  const names = new Map(named.flatMap(({ name, arn }) => [name, arn].map((each) => [each, name] as const)));
  const nameOf = (nameOrArn: string): string => {
    const name = names.get(nameOrArn);
    if (name === undefined) throw new Error(`no alarm ${nameOrArn}`);
    return name;
  };
  const composite = named
    .filter(({ type }) => type === COMPOSITE)
    .map(({ name, properties }) => ({
      name,
      rule: alarmRule(properties.AlarmRule),
      acts: (properties.AlarmActions ?? []).length > 0,
    }));
  const metric = named
    .filter(({ type }) => type === ALARM)
    .map(({ name, properties }) => metricAlarm(name, properties));
  for (const { rule } of composite) rule.alarms.forEach(nameOf);
  return { metric, composite, nameOf };
}

const ALARM = 'AWS::CloudWatch::Alarm';
const COMPOSITE = 'AWS::CloudWatch::CompositeAlarm';

/** A time in which an alarm was in state ALARM, in seconds. */
export interface Ring {
  readonly alarm: string;
  readonly from: number;
  /** Undefined while it goes on. */
  readonly until: number | undefined;
  /** Whether anybody was told. */
  readonly told: boolean;
}

/** Evaluates all alarms minute by minute, as CloudWatch does, from one second on and until another. */
export function ringsIn(
  { metric, composite, nameOf }: Alarms,
  store: MetricStore,
  from: number,
  to: number,
  options: EvaluationOptions = {},
): readonly Ring[] {
  const states = new Map<string, AlarmState>();
  const stateOf = (name: string): AlarmState => states.get(name) ?? 'INSUFFICIENT_DATA';
  const rings: Ring[] = [];
  const enter = (alarm: string, told: boolean, state: AlarmState, at: number): void => {
    const before = stateOf(alarm);
    states.set(alarm, state);
    if (before === state) return;
    if (state === 'ALARM') rings.push({ alarm, from: at, until: undefined, told });
    else if (before === 'ALARM') {
      const last = rings.findLastIndex((ring) => ring.alarm === alarm);
      rings[last] = { ...rings[last]!, until: at };
    }
  };
  for (let at = from + MINUTE; at <= to; at += MINUTE) {
    for (const alarm of metric) {
      const told = alarm.properties.ActionsEnabled && alarm.properties.AlarmActions.length > 0;
      enter(alarm.name, told, alarm.evaluate(store, at, stateOf(alarm.name), options), at);
    }
    for (const { name, rule, acts } of composite)
      enter(name, acts, rule.holds((alarm) => stateOf(nameOf(alarm))) ? 'ALARM' : 'OK', at);
  }
  return rings;
}
